import { type DeviceKind, deviceKinds, newDeviceSecret } from '@anshi/contracts/device-secret';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DeviceRoute,
  type DeviceRoutes,
  openDeviceRoutes,
} from '../../testing/device-routes.ts';
import { makeDevice, type TestDevice } from '../../testing/devices.ts';
import type { RunningApi } from '../../testing/site.ts';

/*
 * Every route for devices is asked with every wrong credential: other kinds, other names, revoked,
 * rotated, ended, of another tenant, changed by one character. Each is refused, and no row changes.
 */
let world: DeviceRoutes;
let api: RunningApi;
/** The API of another company on the same database. */
let foreign: RunningApi;
let sql: pg.Client;
let devices: Map<DeviceKind, TestDevice>;
let routes: DeviceRoute[];

beforeAll(async () => {
  world = await openDeviceRoutes();
  ({ api, foreign, sql, devices, routes } = world);
});
afterAll(() => world?.stop());

const goodRequest: DeviceRoutes['goodRequest'] = (...given) => world.goodRequest(...given);
const contents: DeviceRoutes['contents'] = () => world.contents();
const expectRefused: DeviceRoutes['expectRefused'] = (...given) => world.expectRefused(...given);

describe('[SEC-02] [SEC-11] a route for devices', () => {
  it('takes the right credential, each of which works', async () => {
    const asked = new Set<string>();
    for (const [kind, device] of devices) {
      for (const route of routes.filter(({ kinds }) => kinds.includes(kind))) {
        const { path, init } = goodRequest(route, device.name);
        const answer = await fetch(`${api.url}${path.replace(':token', device.secret)}`, {
          ...init,
          headers: { ...(init.headers as Record<string, string>), ...device.headers },
        });
        expect([route.url, kind, answer.ok]).toEqual([route.url, kind, true]);
        asked.add(`${route.method} ${route.url}`);
      }
    }
    expect(asked.size).toBe(routes.filter(({ kinds }) => kinds[0] !== 'shared').length);
  });

  it('refuses every credential of another kind, and every other name, and nothing changes', async () => {
    const before = await contents();
    let pairs = 0;
    for (const [kind, device] of devices) {
      const closed = routes.filter(({ kinds }) => !kinds.includes(kind));
      await expectRefused(device.secret, closed, device.name);
      const named = routes.filter(({ kinds, url }) => kinds.includes(kind) && /rfid|gps/.test(url));
      await expectRefused(device.secret, named, 'somebody-else');
      pairs += closed.length + named.length;
    }
    expect(pairs).toBeGreaterThanOrEqual(routes.length * 4);
    expect(await contents()).toEqual(before);
  });

  it('refuses what is revoked, rotated, ended, foreign, guessed or changed, and nothing changes', async () => {
    const before: Record<string, string> = {};
    const secrets: string[] = [];
    for (const kind of deviceKinds) {
      const revoked = await makeDevice(api, kind, `revoked-${kind}`);
      const reason = { reason: 'a test' };
      const admin = await api.signIn('admin');
      await api.post(`/api/v1/devices/${revoked.id}/revocation`, reason, admin);
      const rotated = await makeDevice(api, kind, `rotated-${kind}`);
      const anew = { version: 1, overlapHours: 1 };
      await api.post(`/api/v1/devices/${rotated.id}/secret`, anew, admin);
      const ended = await makeDevice(api, kind, `ended-${kind}`);
      const { secret, keyId } = devices.get(kind) as TestDevice;
      const changed = secret.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'));
      const other = newDeviceSecret().text.replace(/_[0-9a-z]{16}_/, `_${keyId}_`);
      secrets.push(revoked.secret, rotated.secret, ended.secret, changed, other);
      await sql.query(
        "UPDATE device_credential SET old_until = now() - interval '1 s' WHERE id = $1",
        [rotated.id],
      );
      await sql.query(
        "UPDATE device_credential SET expires_at = now() - interval '1 s' WHERE id = $1",
        [ended.id],
      );
      // Right in another company, unknown here.
      secrets.push((await makeDevice(foreign, kind, `${kind}-1`)).secret);
    }
    secrets.push(newDeviceSecret().text, 'anshi_', '', 'undefined', "' OR 1=1 --", '0'.repeat(40));
    Object.assign(before, await contents());
    for (const secret of secrets) await expectRefused(secret, routes, 'reader-1');
    expect(await contents()).toEqual(before);
  });
});
