import { newDeviceSecret } from '@anshi/contracts/device-secret';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolWorker } from '../../testing/devices.ts';
import {
  openSite,
  type RunningApi,
  type Site,
  startApi,
  WORKER_TOKEN,
} from '../../testing/site.ts';
import { confirmedEvent, startWorker, testFile } from '../../testing/worker.ts';
import type { DeviceView } from './schema.ts';

let site: Site;
let api: RunningApi;
/** A second process on the same database. */
let other: RunningApi;
let appUrl: string;

beforeAll(async () => {
  site = await openSite();
  ({ appUrl } = await site.seededDatabase());
  api = await startApi(site, appUrl);
  other = await startApi(site, appUrl);
});
afterAll(async () => {
  await other?.stop();
  await api?.stop();
  await site?.stop();
});

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const noticesOf = async (user: string) =>
  (await api.send<{ items: { title: { en: string } }[] }>(user, 'GET', '/notices')).body.items;

describe('a worker', () => {
  it('enrols once with the shared token, which cannot take its name again', async () => {
    const { secret, headers } = await enrolWorker(api, 'worker-7');
    const self = await api.get('/api/v1/ingest/worker', headers);
    expect(await self.json()).toMatchObject({
      worker: 'worker-7',
      liveKeys: [{ publicKey: expect.any(String) }],
    });
    const enrol = (name: string, own: string, at = api) =>
      at.post('/api/v1/ingest/worker', { worker: name, secret: own }, bearer(WORKER_TOKEN));
    expect((await enrol('worker-7', secret, other)).status).toBe(200);
    const thief = await enrol('worker-7', newDeviceSecret().text);
    expect(await thief.json()).toMatchObject({ status: 409, code: 'device.enrolled-before' });
    expect((await noticesOf('admin')).map(({ title }) => title.en)).toContain(
      'The worker worker-7 enrolled',
    );
    const found = await api.send<{ items: DeviceView[] }>('admin', 'GET', '/devices?q=worker-7');
    const { id = '' } = found.body.items[0] ?? {};
    await api.send('admin', 'POST', `/devices/${id}/revocation`, { reason: 'a test' });
    // Neither by the shared token nor by its old secret does a revoked worker come back.
    expect((await enrol('worker-7', newDeviceSecret().text)).status).toBe(409);
    expect((await api.get('/api/v1/ingest/worker', headers)).status).toBe(401);
  });

  it('keeps to its own evidence: an event that names that of another is rejected', async () => {
    const [mine, thief] = [
      await startWorker(site, api, 'worker-8'),
      await startWorker(site, api, 'worker-9', ['hall-west']),
    ];
    const snapshot = testFile('image/jpeg');
    expect((await mine.put(snapshot)).status).toBe(201);
    const stolen = await thief.deliver(confirmedEvent('worker-9', snapshot));
    expect(stolen).toMatchObject({
      result: 'rejected',
      reason: expect.stringContaining('another worker'),
    });
    await Promise.all([mine.stop(), thief.stop()]);
    const holder = await startWorker(site, api, 'worker-8', ['hall-west']);
    expect(await holder.deliver(confirmedEvent('worker-8', snapshot))).toMatchObject({
      result: 'committed',
    });
    await holder.stop();
  });

  it('enrols again with another value of the shared token, for a day; the value before is over', async () => {
    const next = 'another-token-of-the-workers';
    const changed = await startApi(site, appUrl, { workerToken: next });
    const enrol = (token: string, name: string) =>
      changed.post(
        '/api/v1/ingest/worker',
        { worker: name, secret: newDeviceSecret().text },
        bearer(token),
      );
    expect((await enrol(WORKER_TOKEN, 'worker-20')).status).toBe(401);
    expect((await enrol(next, 'worker-20')).status).toBe(201);
    const list = await api.send<{ items: DeviceView[] }>('admin', 'GET', '/devices?kind=shared');
    expect(list.body.items.map(({ state }) => state).sort()).toEqual(['in-use', 'revoked']);
    const { expiresAt } = list.body.items.find(({ state }) => state === 'in-use') as DeviceView;
    const hours = (Date.parse(expiresAt ?? '') - Date.now()) / 3_600_000;
    expect([hours > 23.9, hours <= 24]).toEqual([true, true]);
    // Revoked on the page, it is off at once, and no start brings it back.
    const { id } = list.body.items.find(({ state }) => state === 'in-use') as DeviceView;
    await api.send('admin', 'POST', `/devices/${id}/revocation`, { reason: 'all have their own' });
    expect((await enrol(next, 'worker-21')).status).toBe(401);
    await changed.stop();
    const none = await startApi(site, appUrl, { workerToken: null });
    expect((await none.post('/api/v1/ingest/worker', {}, bearer(next))).status).toBe(401);
    await none.stop();
  });
});
