import { join } from 'node:path';
import { announceReady } from '@anshi/contracts/process';
import { ulid } from 'ulid';
import { BusUserFolder } from '../../api/src/platform/bus-users/folder.ts';
import { openDatabase } from '../../api/src/platform/db/database.ts';
import { type Site, startApi } from '../../api/src/testing/site.ts';
import { answerProfiles } from './profile.ts';

/* The API as a separate process, with its sealer, publisher and jobs, for the API bench. */
const folder = process.env.BENCH_FOLDER ?? '';
const databaseUrl = process.env.BENCH_DATABASE ?? '';
const broker = { url: process.env.BENCH_BROKER ?? '' };
const busUsers = new BusUserFolder(join(folder, 'shared-data', 'bus-users'));
const api = await startApi({ folder, broker, busUsers } as Site, databaseUrl);

const database = openDatabase(databaseUrl);
await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
  const name = { zh: '常州一厂', en: 'Changzhou plant 1' };
  await tx.site.createMany({ data: [{ tenantId: 'demo', id: 'changzhou-1', name }] });
});
await database.close();

const [safety, worker] = [await api.signIn('safety'), await api.signIn('worker.press')];
// The first report loads the workflow definition.
const report = {
  id: ulid(),
  type: 'fire',
  description: 'the first',
  site: 'changzhou-1',
  foundAt: new Date().toISOString(),
};
const answer = await api.post('/api/v1/hazards', report, worker);
if (answer.status !== 201) throw new Error(`no report: ${await answer.text()}`);
answerProfiles();
const me = (await (await api.get('/api/v1/auth/me', worker)).json()) as { id: string };
announceReady({
  url: api.url,
  reader: safety.authorization,
  writer: worker.authorization,
  reporter: me.id,
});
