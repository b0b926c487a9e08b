import { topics, type WorkerStatus } from '@anshi/contracts';
import { signMessage } from '@anshi/contracts/bus-signature';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BusAttacks, openBusAttacks } from '../../testing/bus-attacks.ts';
import { workerStatus } from '../../testing/camera-health.ts';
import { makeDevice } from '../../testing/devices.ts';
import { loadedEvent, testModel } from '../../testing/models.ts';
import { busUser, type RunningApi, type Site, until } from '../../testing/site.ts';
import {
  confirmedEvent,
  keyOf,
  startWorker,
  type TestWorker,
  testFile,
} from '../../testing/worker.ts';

let world: BusAttacks;
let site: Site;
let api: RunningApi;
let worker: TestWorker;
let admin: { authorization: string };

beforeAll(async () => {
  world = await openBusAttacks();
  ({ site, api, worker, admin } = world);
});
afterAll(() => world?.stop());

const as: BusAttacks['as'] = (...given) => world.as(...given);
const send: BusAttacks['send'] = (...given) => world.send(...given);
const violations = () => world.violations();
const shown: BusAttacks['shown'] = (...given) => world.shown(...given);

describe('an attacker on the bus', () => {
  it('records no event of a camera that does not exist, of 2030 or with the picture of another', async () => {
    const before = (await violations()).length;
    const picture = testFile('image/jpeg');
    await worker.put(picture);
    const outsider = await as('tracker', 'phone-7');
    const topic = topics.violationEvents('demo', worker.name);
    const sniffed = confirmedEvent(worker.name, picture, {
      camera: 'no-such-camera',
      confirmedAt: '2030-01-01T00:00:00.000Z',
    });
    await send(outsider, topic, sniffed);
    await shown('tracker-phone-7', 'publish');

    // One that broke into a worker's connection without its key: unsigned, signed by another key, for
    // another topic, or changed on the way.
    const otherTopic = topics.violationEvents('demo', 'worker-2');
    const forged = [
      sniffed,
      signMessage(keyOf('worker-2'), topic, sniffed),
      signMessage(keyOf(worker.name), otherTopic, sniffed),
      signMessage(keyOf(worker.name), topic, sniffed).replace('no-such-camera', 'hall-west'),
      signMessage(keyOf(worker.name), topic, sniffed, Date.now() - 3_600_000),
    ];
    for (const event of forged) await send(worker.client, topic, event);
    await shown('worker-worker-1', 'signature', forged.length);

    // A worker itself that tells of a camera that it does not hold, or of the year 2030.
    await worker.publish(confirmedEvent(worker.name, picture, { camera: 'no-such-camera' }));
    await shown('worker-worker-1', 'camera');
    const future = confirmedEvent(worker.name, picture, {
      confirmedAt: '2030-01-01T00:00:00.000Z',
    });
    expect(await worker.deliver(future)).toMatchObject({ result: 'rejected' });
    await shown('worker-worker-1', 'time');

    // Another worker with the digest of a picture that it does not have.
    const other = await startWorker(site, api, 'worker-2');
    try {
      const stolen = confirmedEvent('worker-2', picture);
      await other.publish(stolen);
      await shown('worker-worker-2', 'camera');
    } finally {
      await other.stop();
    }
    expect(await violations()).toHaveLength(before);
  });

  it('takes over no live view by a false announcement of a worker', async () => {
    const http = 'http://127.0.0.1:9';
    const status = (name: string) => workerStatus({ worker: name, http });
    const known = async () =>
      (
        (await (await api.get('/api/v1/system', admin)).json()) as {
          workers: { worker: string; http: string | null }[];
        }
      ).workers.map(({ worker: name, http: address }) => ({ worker: name, http: address }));
    const before = await known();
    const reader = await as('reader', 'gate');
    const topic = topics.workerStatus('demo', worker.name);
    await send(reader, topic, status(worker.name), true);
    await shown('reader-gate', 'publish');
    // In the connection of the worker, without its key, and an older one again.
    await send(worker.client, topic, status(worker.name), true);
    const old = signMessage(keyOf(worker.name), topic, status(worker.name), Date.now() - 60_000);
    await send(worker.client, topic, old, true);
    // Another worker that says it watches the camera, and signs it.
    const other = await startWorker(site, api, 'worker-3', []);
    const taken = topics.workerStatus('demo', 'worker-3');
    await other.say(taken, status('worker-3'));
    await shown('worker-worker-3', 'camera');
    expect((await known()).filter(({ worker: name }) => name !== 'worker-3')).toEqual(before);
    const watched = await fetch(`${api.url}/api/v1/live/hall-west/whep`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', ...(await api.signIn('operator')) },
      body: 'v=0 offer',
    });
    // The worker that holds the camera announced no address, and no other worker's address is used.
    expect(watched.status).toBe(503);
    await other.stop();
  });

  it('[SEC-23] is not believed as a worker whose credential is revoked, though the broker lets it in', async () => {
    interface Listed {
      items: { id: string; name: string }[];
    }
    const listed = (await (await api.get('/api/v1/devices?kind=worker', admin)).json()) as Listed;
    const { id } = listed.items.find(({ name }) => name === worker.name) ?? { id: '' };
    const picture = testFile('image/jpeg');
    await worker.put(picture);
    const answer = await api.post(`/api/v1/devices/${id}/revocation`, { reason: 'stolen' }, admin);
    expect(answer.status).toBe(200);
    // As by a broker that has its users from elsewhere.
    busUser(site, 'worker', worker.name);
    const before = (await violations()).length;
    const event = confirmedEvent(worker.name, picture);
    await worker.publish(event);
    await shown('worker-worker-1', 'revoked');
    expect(worker.acknowledgements(event.id)).toEqual([]);
    expect(await violations()).toHaveLength(before);

    // Nor is what it tells of its models.
    const loaded = loadedEvent(worker.name, event.time, [testModel('6.6.6')], ['hall-west']);
    const ofModels = topics.modelEvents('demo', worker.name);
    await worker.say(ofModels, loaded, false);
    await shown('worker-worker-1', 'revoked', 2);
    expect(worker.acknowledgements(loaded.id)).toEqual([]);
    const versions = async () => (await api.get('/api/v1/models/versions', admin)).text();
    expect(await versions()).not.toContain('6.6.6');

    const status: WorkerStatus = {
      worker: worker.name,
      online: true,
      at: new Date().toISOString(),
      http: 'http://127.0.0.1:9',
      cameras: ['hall-west'],
      liveEngine: null,
      model: null,
      outbox: null,
      recording: true,
      disk: null,
      warnings: [],
      configuration: null,
      problem: null,
    };
    const topic = topics.workerStatus('demo', worker.name);
    await worker.say(topic, status);
    await shown('worker-worker-1', 'revoked', 3);
    const known = async () =>
      (
        (await (await api.get('/api/v1/system', admin)).json()) as { workers: WorkerStatus[] }
      ).workers.find((one) => one.worker === worker.name);
    await until(async () => (await known())?.online === false, 'it is shown as gone');
    expect((await known())?.http).toBeNull();

    // With a new credential it is believed again, and what waited is recorded.
    await makeDevice(api, 'worker', worker.name);
    busUser(site, 'worker', worker.name);
    await worker.say(topic, status);
    await until(async () => (await known())?.online, 'it is believed');
    // Its connection ends with each new secret, so that an answer may be lost: a worker sends it again.
    const committed = () =>
      worker.acknowledgements(event.id).find(({ result }) => result === 'committed');
    let sentAt = Number.NEGATIVE_INFINITY;
    await until(async () => {
      if (performance.now() - sentAt > 2_000) {
        sentAt = performance.now();
        await worker.publish(event);
        await worker.say(ofModels, loaded, false);
      }
      return committed() && worker.acknowledgements(loaded.id).length > 0;
    }, 'what waited is recorded');
  });
});
