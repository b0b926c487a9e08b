import { join } from 'node:path';
import { demoDeviceSecret } from '@anshi/contracts/device-secret';
import { announceReady } from '@anshi/contracts/process';
import { BusUserFolder } from '../../api/src/platform/bus-users/folder.ts';
import { openDatabase } from '../../api/src/platform/db/database.ts';
import { BUS_KEYS_SECRET, type Site, startApi, until } from '../../api/src/testing/site.ts';
import { makeUser } from '../../api/src/testing/users.ts';
import { answerProfiles } from './profile.ts';

/* The API as a separate process, with its publisher, consumers and jobs, for the bench of gates. */
const folder = process.env.BENCH_FOLDER ?? '';
const broker = { url: process.env.BENCH_BROKER ?? '' };
const busUsers = new BusUserFolder(join(folder, 'shared-data', 'bus-users'));
const databaseUrl = process.env.BENCH_DATABASE ?? '';
// The same port again after a kill.
const http = { host: '127.0.0.1', port: Number(process.env.BENCH_PORT ?? 0) };
const api = await startApi({ folder, broker, busUsers } as Site, databaseUrl, { http });
const NAME = 'welder-1-reader';
const { authorization } = await api.signIn('admin');
if (process.env.BENCH_AGAIN === undefined) {
  const database = openDatabase(databaseUrl);
  await makeUser(database, 'bench', [
    'person:read@all',
    'person:manage@all',
    'gate:read@all',
    'gate:manage@all',
  ]);
  await database.close();
}
const bench = await api.signIn('bench');
const device = await until(async () => {
  const answer = await api.get('/api/v1/devices?kind=gate', { authorization });
  const { items } = (await answer.json()) as { items: { id: string; name: string }[] };
  return items.find(({ name }) => name === NAME);
}, 'the point of the demonstration is there');
answerProfiles();
announceReady({
  url: api.url,
  secret: demoDeviceSecret(BUS_KEYS_SECRET, 'demo', NAME),
  revoke: `/api/v1/devices/${device.id}/revocation`,
  admin: authorization,
  bench: bench.authorization,
});
