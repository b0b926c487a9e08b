import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { goodRows, HEADINGS, importer } from '../../testing/imports.ts';
import { openSite, PASSWORD, type Site, startApi, until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { type Database, openDatabase, type Transaction } from '../db/database.ts';

let site: Site;
let database: Database;
let urls: Awaited<ReturnType<Site['seededDatabase']>>;
const within = <R>(work: (tx: Transaction) => Promise<R>) =>
  database.transaction({ tenant: 'demo', user: null }, work);
const ROWS = 150;

beforeAll(async () => {
  site = await openSite();
  urls = await site.seededDatabase();
  database = openDatabase(urls.appUrl);
  await makeUser(database, 'hr', ['person:manage@all']);
});
afterAll(async () => {
  await database?.close();
  await site?.stop();
});

it('a run that is killed is taken up again, and each row is saved once', async () => {
  // The keys of the seeded values are laid by an API of this process.
  const first = await startApi(site, urls.appUrl, { apiId: 'killed' });
  const hr = importer(first, 'hr');
  const one = await hr.checked('people', [HEADINGS, ...goodRows(1, ROWS)]);
  expect(one).toMatchObject({ good: ROWS, bad: 0 });
  await first.stop();

  const script = fileURLToPath(new URL('../../testing/import-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, site.folder, site.broker.url, urls.appUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [url] = (await once(child.stdout, 'data')) as [Buffer];
  const headers = { ...(await signIn(String(url).trim())), 'content-type': 'application/json' };
  const asked = await fetch(`${String(url).trim()}/api/v1/imports/${one.id}/run`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ version: one.version, mode: 'good-rows' }),
  });
  expect(asked.status).toBe(202);
  const state = () => within((tx) => tx.dataImport.findFirstOrThrow({ where: { id: one.id } }));
  await until(async () => (await state()).done >= 25, 'some rows are saved');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const left = await state();
  expect(left).toMatchObject({ state: 'running', runner: 'killed' });
  expect(left.done).toBeLessThan(ROWS);

  const again = await startApi(site, urls.appUrl, { apiId: 'killed' });
  const ended = await importer(again, 'hr').ended(one.id);
  await again.stop();
  expect(ended).toMatchObject({ state: 'done', done: ROWS, failed: 0, problem: null });
  const people = await within((tx) =>
    tx.person.findMany({
      where: { sourceSystem: 'import' },
      select: { id: true, employeeNo: true },
    }),
  );
  expect(new Set(people.map(({ employeeNo }) => employeeNo)).size).toBe(ROWS);
  expect(people.length).toBe(ROWS);
  const events = await within((tx) =>
    tx.outboxEvent.count({
      where: { type: 'cn.anshi.person.created.v1', subject: { in: people.map(({ id }) => id) } },
    }),
  );
  expect(events).toBe(ROWS);
});

async function signIn(url: string): Promise<{ authorization: string }> {
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'hr', password: PASSWORD }),
  });
  return {
    authorization: `Bearer ${((await answer.json()) as { accessToken: string }).accessToken}`,
  };
}
