import type { DeviceKind } from '@anshi/contracts/device-secret';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bearer,
  type DeviceRoute,
  type DeviceRoutes,
  openDeviceRoutes,
} from '../../testing/device-routes.ts';
import { enrolWorker, makeDevice, type TestDevice } from '../../testing/devices.ts';
import { type RunningApi, type Site, startApi, WORKER_TOKEN } from '../../testing/site.ts';

let world: DeviceRoutes;
let site: Site;
let api: RunningApi;
let sql: pg.Client;
let devices: Map<DeviceKind, TestDevice>;
let routes: DeviceRoute[];

beforeAll(async () => {
  world = await openDeviceRoutes();
  ({ site, api, sql, devices, routes } = world);
});
afterAll(() => world?.stop());

const send: DeviceRoutes['send'] = (...given) => world.send(...given);
const contents: DeviceRoutes['contents'] = () => world.contents();
const expectRefused: DeviceRoutes['expectRefused'] = (...given) => world.expectRefused(...given);

describe('[SEC-02] [SEC-11] a route for devices', () => {
  it('takes no name on the broker from another company, which is told to choose another', async () => {
    await makeDevice(api, 'reader', 'reader-of-both');
    const sameBroker = await startApi(site, world.urls.appUrl, { tenant: 'elsewhere' });
    const body = { kind: 'reader', name: 'reader-of-both' };
    const answer = await sameBroker.post('/api/v1/devices', body, await sameBroker.signIn('admin'));
    expect([answer.status, await answer.json()]).toMatchObject([
      409,
      { code: 'device.name-taken' },
    ]);
    expect(site.busUsers.find('reader-reader-of-both')?.tenant).toBe('demo');
    await sameBroker.stop();
  });

  it('is all that a credential opens: no route of people takes it, live views least of all', async () => {
    const before = await contents();
    const ofPeople = api.routes.filter(
      ({ permission, method }) => permission && !['HEAD', 'OPTIONS'].includes(method),
    );
    expect(ofPeople.length).toBeGreaterThan(150);
    expect(ofPeople.some(({ url }) => url === '/api/v1/live/:camera/whep')).toBe(true);
    for (const { secret, name } of devices.values()) {
      const login = Buffer.from(`${name}:${secret}`).toString('base64');
      for (const headers of [bearer(secret), { authorization: `Basic ${login}` }]) {
        const answers = await Promise.all(
          ofPeople.map(async ({ method, url }) => {
            const path = url.replaceAll(/:\w+/g, '01JZZZZZZZZZZZZZZZZZZZZZZZ');
            const answer = await fetch(`${api.url}${path}?token=${secret}`, { method, headers });
            await answer.body?.cancel();
            return `${method} ${url} ${answer.status}`;
          }),
        );
        expect(answers.filter((one) => !one.endsWith(' 401'))).toEqual([]);
      }
    }
    expect(await contents()).toEqual(before);
  });

  it('refuses the shared token to readers and trackers at any time, and to workers a day after the first has its own', async () => {
    const token = WORKER_TOKEN;
    const ofReaders = routes.filter(({ kinds }) => !kinds.includes('shared'));
    expect(ofReaders.length).toBeGreaterThan(4);
    await expectRefused(token, ofReaders, 'reader-1');
    const evidence = routes.find(({ url }) => url.endsWith('/evidence/:sha256')) as DeviceRoute;
    const put = async () => (await send(evidence, token, ''))[0];
    // The worker has used its own for the evidence of its order: the last day runs.
    const { rows } = await sql.query(
      "SELECT expires_at AS at FROM device_credential WHERE kind = 'shared' AND tenant_id = 'demo'",
    );
    const hours = (rows[0].at.getTime() - Date.now()) / 3_600_000;
    expect([hours > 23.9, hours <= 24, (await put())?.ok]).toEqual([true, true, true]);
    const { headers } = await enrolWorker(api, 'worker-late');
    await sql.query(
      "UPDATE device_credential SET expires_at = now() - interval '1 s' WHERE kind = 'shared' AND tenant_id = 'demo'",
    );
    const before = await contents();
    expect((await put())?.status).toBe(401);
    await expectRefused(token, routes, 'worker-1');
    expect(await contents()).toEqual(before);
    // A worker that enrolled in time keeps working.
    expect((await api.get('/api/v1/ingest/worker', headers)).status).toBe(200);
  });
});
