import { writeFile } from 'node:fs/promises';
import { topics, type WorkerCameras } from '@anshi/contracts';
import { signatureFault } from '@anshi/contracts/bus-signature';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CAMERA_ADDRESS,
  CAMERA_SECRETS,
  type ConfigurationSite,
  listedCameras,
  openConfigurationSite,
} from '../../testing/camera-configuration.ts';
import { enrolWorker, makeDevice } from '../../testing/devices.ts';
import { CAMERAS, startApi, until } from '../../testing/site.ts';
import { keyOf } from '../../testing/worker.ts';

let world: ConfigurationSite;
beforeAll(async () => {
  world = await openConfigurationSite();
  for (const id of ['gate', 'yard']) expect((await world.add({ id })).status).toBe(201);
});
afterAll(() => world?.stop());

describe('a worker', () => {
  const ask = (headers: Record<string, string>) => world.api.get('/api/v1/ingest/cameras', headers);

  it('gets its cameras with their addresses, once for each change', async () => {
    const first = await ask(world.worker.own);
    const tag = first.headers.get('etag') ?? '';
    const { cameras, revision } = (await first.json()) as WorkerCameras;
    expect(tag).toBe(`"${revision}"`);
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect(cameras.find(({ id }) => id === 'gate')).toMatchObject({
      config: { url: CAMERA_ADDRESS },
    });
    const again = await ask({ ...world.worker.own, 'if-none-match': tag });
    expect([again.status, await again.text()]).toEqual([304, '']);

    // One that names another worker is not its own.
    const { version } = await world.read('gate');
    await world.change('gate', { version, worker: 'worker-7' });
    const after = await ask({ ...world.worker.own, 'if-none-match': tag });
    const left = (await after.json()) as WorkerCameras;
    expect(left.cameras.map(({ id }) => id)).toEqual(['hall-west', 'yard']);
    // It is not removed either: what is open in it goes on there.
    expect(left.others).toEqual(['gate']);
    const { headers } = await enrolWorker(world.api, 'worker-7');
    const of7 = (await (await ask(headers)).json()) as WorkerCameras;
    expect(of7.cameras.map(({ id }) => id)).toContain('gate');
  });

  it('is told on the bus that they changed, and not what', async () => {
    const topic = topics.configuration('demo', 'worker-1');
    const heard: Buffer[] = [];
    world.worker.client.on('message', (on, payload) => {
      if (on === topic) heard.push(payload);
    });
    await world.worker.client.subscribeAsync(topic, { qos: 1 });
    await until(() => heard[0], 'what is retained');
    const { version } = await world.read();
    await world.change('hall-west', { version, analysisFps: 7 });
    const { revision } = (await (await ask(world.worker.own)).json()) as WorkerCameras;
    // What changed before may still be told first.
    const next = await until(
      () => heard.find((one) => JSON.parse(one.toString()).revision === revision),
      'the change',
    );
    expect(signatureFault(keyOf('worker-1'), topic, next)).toBeNull();
    expect(Object.keys(JSON.parse(next.toString())).sort()).toEqual([
      'at',
      'revision',
      'signature',
      'signedat',
    ]);
  });

  it('alone gets them: no person, no other device and no other secret', async () => {
    const reader = await makeDevice(world.api, 'reader', 'gate-reader');
    const attempts = [
      {},
      await world.api.signIn('admin'),
      await world.api.signIn('operator'),
      reader.headers,
    ];
    for (const headers of attempts) {
      const answer = await ask(headers as Record<string, string>);
      expect([401, 403]).toContain(answer.status);
      expect(await answer.text()).not.toMatch(CAMERA_SECRETS);
    }
    expect(world.logged.length).toBeGreaterThan(0);
    for (const line of world.logged) expect(line).not.toMatch(CAMERA_SECRETS);
  });
});

describe('cameras of a file', () => {
  it('follow it and cannot be changed here; workers are sent to their own', async () => {
    const fromFile = await startApi(world.site, world.urls.appUrl, { camerasFrom: 'file' });
    try {
      await writeFile(fromFile.settings.camerasFile, CAMERAS.replace('Hall west', 'By the file'));
      await until(
        async () => (await listedCameras(fromFile)).some(({ name }) => name.en === 'By the file'),
        'the file is followed',
      );
      const refused = await fromFile.send('admin', 'PATCH', '/cameras/hall-west/configuration', {
        version: 1,
        enabled: false,
      });
      expect([refused.status, refused.body.code]).toEqual([409, 'camera.from-file']);
      const answer = await fromFile.get('/api/v1/ingest/cameras', world.worker.own);
      expect([answer.status, await answer.json()]).toMatchObject([
        409,
        { code: 'camera.from-file' },
      ]);
    } finally {
      await fromFile.stop();
    }
  });
});
