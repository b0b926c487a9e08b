import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { Plant } from '../plant/plant.ts';
import { people } from './people.ts';
import { fillCertificates, fillPeople, searched } from './personnel-rows.ts';
import { inOwnFolder } from './plant-folder.ts';
import { tokenOf } from './plant-users.ts';
import { note, quantile, tell } from './result.ts';
import { TARGETS, targetOf } from './targets.ts';

/* List, search and safety file of a company of 100,000 people, as the API answers them. Explained in docs/benches.md. */
const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '100000' },
    users: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '20' },
    target: { type: 'string' },
  },
});
const [count, users, seconds] = [values.people, values.users, values.seconds].map(Number) as [
  number,
  number,
  number,
];
if (!(count >= 100 && users >= 1 && seconds >= 1)) {
  console.error('--people must be at least 100, --users and --seconds at least 1');
  process.exit(2);
}
const target = targetOf(values.target, TARGETS.personnelP95Ms);
/** Pages of the list that are walked, so that deep ones are asked for, too. */
const PAGES = 40;
/** Requests one after the other for the comparison. */
const COMPARED = 40;

await inOwnFolder('personnel', async (folder, register) => {
  const plant = await Plant.create({
    dataDir: join(folder, 'data'),
    parts: ['database', 'broker', 'api'],
    env: { all: { ANSHI_LOG_LEVEL: 'warn' } },
  });
  register(plant);
  await plant.start();
  const client = new pg.Client({ connectionString: plant.databaseUrls.admin });
  // It ends with the server.
  client.on('error', () => {});
  await client.connect();
  await client.query("SELECT set_config('app.tenant', 'demo', false)");
  const ids = await fillPeople(client, count);
  const certificates = await fillCertificates(client);
  note(`${ids.length} people and ${certificates} certificates are written`);

  const url = `${plant.url}/api/v1`;
  const headers = { authorization: `Bearer ${await tokenOf(plant, 'safety')}` };
  const cursors = ['/persons?limit=50'];
  for (let page = 0; page < PAGES; page++) {
    const answer = await fetch(`${url}${cursors.at(-1)}`, { headers });
    const { next } = (await answer.json()) as { next: string | null };
    if (!next) break;
    cursors.push(`/persons?limit=50&after=${encodeURIComponent(next)}`);
  }
  let turn = 0;
  const kinds = {
    list: () => cursors[turn++ % cursors.length]!,
    search: () => `/persons?limit=50&q=${encodeURIComponent(searched(turn++))}`,
    file: () => `/persons/${ids[(turn++ * 7919) % ids.length]}/safety-file`,
  };
  const { pathname } = new URL(url);
  const figures: Record<string, number> = { people: ids.length, certificates, users };
  let failed = 0;
  for (const [kind, path] of Object.entries(kinds)) {
    const next = () => ({ path: `${pathname}${path()}`, headers });
    // The first requests prepare statements.
    await people(url, next, { users, seconds: 2 });
    const found = await people(url, next, { users, seconds });
    figures[`${kind}P95Ms`] = found.p95;
    failed += found.failed;
    note(`${kind}: p95 ${Math.round(found.p95)} ms, ${found.failed} failed`);
  }
  const [ours, bare]: [number[], number[]] = [[], []];
  const timed = async (into: number[], work: () => Promise<unknown>) => {
    const began = performance.now();
    await work();
    into.push(performance.now() - began);
  };
  for (let n = 0; n < COMPARED; n++) {
    await timed(ours, async () => {
      const answer = await fetch(`${url}/persons?limit=50&q=${encodeURIComponent(searched(n))}`, {
        headers,
      });
      await answer.arrayBuffer();
    });
    await timed(bare, () =>
      client.query(
        `SELECT p.*, d.name AS department FROM person p JOIN department d ON d.tenant_id = p.tenant_id AND d.id = p.department_id
         WHERE p.tenant_id = 'demo' AND (p.name ILIKE $1 OR p.employee_no ILIKE $1) ORDER BY p.employee_no LIMIT 51`,
        [`%${searched(n)}%`],
      ),
    );
  }
  await client.end();
  figures.searchP50Ms = quantile(ours, 0.5);
  figures.bareSearchP50Ms = quantile(bare, 0.5);
  const worst = Math.max(figures.listP95Ms ?? 0, figures.searchP95Ms ?? 0, figures.fileP95Ms ?? 0);
  tell({
    bench: 'personnel',
    ok: worst <= target && failed === 0,
    figures: { ...figures, failed },
    ratio: figures.searchP50Ms / figures.bareSearchP50Ms,
    against: 'the same search as one statement over one connection, in the same run',
  });
});
