import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startDatabase } from '../../api/src/embedded/database.ts';
import { newId } from '../../api/src/platform/db/ids.ts';
import { migrate } from '../../api/src/platform/db/migrate.ts';
import { openObligationWorld } from '../../api/src/testing/obligation-world.ts';
import { askedPath } from './asked-path.ts';
import { DataError, type ObligationSet, readSet } from './obligations/data.ts';
import { generateSet } from './obligations/generate.ts';
import { playSet, readResult } from './obligations/run.ts';
import { scoreSet } from './obligations/score.ts';
import { note, quantile, tell } from './result.ts';

/*
 * Due days and openings of obligations against a truth, on a real database, with days on which the job
 * did not run; and how long it takes. Explained in docs/benches.md.
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    seed: { type: 'string', default: 'scored' },
    obligations: { type: 'string', default: '10000' },
    write: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const count = Number(values.obligations);

function stop(text: string): never {
  note(text);
  process.exit(2);
}
if (!(Number.isInteger(count) && count >= 100 && count <= 200_000)) {
  stop(`--obligations must be a number from 100 to 200000, not "${values.obligations}"`);
}
let set: ObligationSet;
try {
  set = values.data ? readSet(askedPath(values.data)) : generateSet(values.seed, count);
} catch (error) {
  if (error instanceof DataError) stop(error.message);
  throw error;
}
if (values.write) {
  const folder = askedPath(values.write);
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(set)) {
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify(content, null, 1)}\n`);
  }
}

const TENANT = 'bench';
const folder = await mkdtemp(join(tmpdir(), 'anshi-bench-obligations-'));
await chmod(folder, 0o755);
const server = await startDatabase({ folder: join(folder, 'postgres') });
try {
  await migrate(server.adminUrl, server.appUrl, {
    id: TENANT,
    name: { zh: TENANT, en: TENANT },
  });
  const world = openObligationWorld(server.appUrl, {
    tenant: TENANT,
    zone: set.obligations.zone,
  });
  try {
    await addRecipient(world);
    note(`${set.obligations.obligations.length} obligations, ${set.days.runs.length} runs`);
    const times = await playSet(world, set);
    const { periods, toldTwice } = await readResult(world);
    const score = scoreSet(set.truth, periods);
    for (const text of score.mistakes.slice(0, values.verbose ? undefined : 20)) note(text);
    const { idleMs, bareMs } = await compareIdle(world);
    tell({
      bench: 'obligations',
      ok: score.dueWrong === 0 && score.openingsWrong === 0 && toldTwice === 0,
      figures: {
        obligations: set.obligations.obligations.length,
        periods: score.periods,
        dueEqual: score.dueEqual,
        dueWrong: score.dueWrong,
        openings: score.openings,
        openingsOnce: score.openingsEqual,
        openingsWrong: score.openingsWrong,
        outcomesWrong: score.outcomesWrong,
        toldTwice,
        enteredPerSecond: set.obligations.obligations.length / times.entering,
        openedPerSecond: times.opened / times.opening,
        worstRunSeconds: times.worstRun,
        idleRunMs: idleMs,
        bareCountMs: bareMs,
      },
      ratio: bareMs / idleMs,
      against: 'a bare SQL count of the cases that are due, beside a run that finds none',
    });
  } finally {
    await world.close();
  }
} finally {
  await server.stop('immediate');
  await rm(folder, { recursive: true, force: true });
}

/** An account that is told of everything. */
function addRecipient(world: ReturnType<typeof openObligationWorld>): Promise<void> {
  return world.run(async ({ tx }) => {
    const name = { zh: '采购', en: 'Purchasing' };
    await tx.role.create({
      data: {
        tenantId: TENANT,
        id: 'bench',
        name,
        permissions: ['supplier:manage@all', 'supplier:approve@all'],
      },
    });
    const id = newId();
    await tx.appUser.create({
      data: { tenantId: TENANT, id, username: 'bench', displayName: name, passwordHash: '-' },
    });
    await tx.userRole.create({ data: { tenantId: TENANT, userId: id, roleId: 'bench' } });
  });
}

/** A run in which nothing is due, and a count of the same rows without the program. */
async function compareIdle(
  world: ReturnType<typeof openObligationWorld>,
): Promise<{ idleMs: number; bareMs: number }> {
  const at = set.days.runs.at(-1) as string;
  const bare = new pg.Client({ connectionString: server.appUrl });
  await bare.connect();
  await bare.query(`SET app.tenant = '${TENANT}'`);
  const [idle, counted]: [number[], number[]] = [[], []];
  for (let round = 0; round < 15; round++) {
    let began = performance.now();
    await world.look(at);
    idle.push(performance.now() - began);
    began = performance.now();
    await bare.query(
      'SELECT count(*) FROM obligation_case WHERE ended_at IS NULL AND look_at <= $1',
      [at],
    );
    counted.push(performance.now() - began);
  }
  await bare.end();
  return { idleMs: quantile(idle, 0.5), bareMs: quantile(counted, 0.5) };
}
