import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import pino from 'pino';
import { startDatabase } from '../../api/src/embedded/database.ts';
import { systemCaller } from '../../api/src/platform/access/caller.ts';
import { migrate } from '../../api/src/platform/db/migrate.ts';
import { findInvalidAssignments } from '../../api/src/platform/workflow/assignments.ts';
import { runReminders } from '../../api/src/platform/workflow/job.ts';
import { lockDue } from '../../api/src/platform/workflow/reminders.ts';
import { openWorld } from '../../api/src/testing/workflow-world.ts';
import { note, quantile, tell } from './result.ts';

/*
 * Open cases with four reminders each, and ten times as many completed reminders: how long the
 * minutely job takes to find what is due, and how fast it sends it.
 */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    due: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '9' },
  },
});
const [cases, due, rounds] = [values.cases, values.due, values.rounds].map(Number) as [
  number,
  number,
  number,
];
const TARGET_MS = 2_000;
const tenant = 'bench';

const folder = await mkdtemp(join(tmpdir(), 'anshi-bench-workflow-'));
await chmod(folder, 0o755);
const server = await startDatabase({ folder: join(folder, 'postgres') });
await migrate(server.adminUrl, server.appUrl, { id: tenant, name: { zh: tenant, en: tenant } });
const world = await openWorld(server.appUrl, tenant);
const bare = new pg.Client({ connectionString: server.appUrl });
await bare.connect();
await bare.query(`SET app.tenant = '${tenant}'`);
const now = world.clock.now;
const caller = systemCaller(tenant);

try {
  await fill();
  const found: number[] = [];
  const all: number[] = [];
  const counted: number[] = [];
  const checked: number[] = [];
  let seen = 0;
  let seenAll = 0;
  const later = new Date(now.getTime() + 100 * 24 * 3_600_000);
  for (let round = 0; round < rounds; round++) {
    counted.push(await timed(() => count(now)));
    found.push(
      await timed(async () => {
        seen = await find(now);
      }),
    );
    // Worst case: the job did not run for a hundred days, and every case has something due.
    all.push(
      await timed(async () => {
        seenAll = await find(later);
      }),
    );
    checked.push(
      await timed(() =>
        world.units
          .run(caller, (unit) => findInvalidAssignments(unit, world.workflows))
          .then(() => {}),
      ),
    );
  }
  const idle = await timed(async () => {
    await run(new Date(now.getTime() - 1_000 * 24 * 3_600_000));
  });
  let sent = 0;
  const sending = await timed(async () => {
    sent = (await run(now)).cases;
  });
  const again = (await run(now)).cases;
  const [findMs, findAllMs, countMs] = [found, all, counted].map((times) =>
    quantile(times, 0.5),
  ) as [number, number, number];
  note(
    `${seen} of ${cases} cases found in ${findMs.toFixed(1)} ms, ${seenAll} in ${findAllMs.toFixed(1)} ms`,
  );
  tell({
    bench: 'workflow',
    ok:
      Math.max(...found, ...all) < TARGET_MS &&
      seen === due &&
      seenAll === cases &&
      sent === due &&
      again === 0,
    figures: {
      cases,
      due,
      findMs,
      findWorstMs: Math.max(...found),
      findAllMs,
      findAllWorstMs: Math.max(...all),
      bareCountMs: countMs,
      turnsMs: quantile(checked, 0.5),
      idleRunMs: idle,
      sentPerSecond: (sent * 1_000) / sending,
      sentTwice: again,
    },
    ratio: countMs / findMs,
    against: 'a bare SQL count of the due reminders on the same rows',
  });
} finally {
  await bare.end();
  await world.close();
  await server.stop('immediate');
  await rm(folder, { recursive: true, force: true });
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function count(at: Date): Promise<void> {
  await bare.query('SELECT count(*) FROM workflow_reminder WHERE done_at IS NULL AND at <= $1', [
    at,
  ]);
}

/** As the job does it, all at once; @returns the number of cases. */
function find(at: Date): Promise<number> {
  return world.units.run(caller, async ({ tx }) => (await lockDue(tx, at, cases)).length);
}

function run(at: Date) {
  world.clock.now = at;
  const parts = { engine: world.workflows, units: world.units, log: pino({ level: 'silent' }) };
  return runReminders(parts, tenant, at);
}

/** Cases as the engine writes them, and ten times as many closed ones. */
async function fill(): Promise<void> {
  note(`${cases} open cases with reminders, ${cases * 10} closed ones`);
  await world.as('head', (unit) => world.workflows.definition(unit.tx, 'work-order'));
  const bob = world.id('bob');
  for (let part = 0; part <= 10; part++) {
    const [first, last] = [part * cases, (part + 1) * cases - 1];
    await world.query(async (tx) => {
      await tx.$executeRaw`
        INSERT INTO workflow_case (tenant_id, id, definition_id, definition_version, entity,
          entity_id, state, version, entered_at, due_at, assignees, parts, played, site, department,
          title, link, opened_at, closed_at)
        SELECT ${tenant}, 'c' || lpad(i::text, 25, '0'), 'work-order', 1, 'work-order', 'o' || i,
          CASE WHEN i < ${cases} THEN 'repairing' ELSE 'done' END, 2,
          ${now}::timestamptz - interval '1 day',
          CASE WHEN i < ${due} THEN ${now}::timestamptz - interval '1 minute' * (i % 240)
            ELSE ${now}::timestamptz + interval '1 day' * (1 + i % 90) END,
          ARRAY[${bob}], '{}', '{}', 'main', 'press-shop', '{"zh": "检修", "en": "Repair"}', '/x',
          ${now}::timestamptz - interval '2 days',
          CASE WHEN i < ${cases} THEN NULL ELSE ${now}::timestamptz END
        FROM generate_series(${first}::int, ${last}::int) AS i`;
    });
    await world.query(async (tx) => {
      await tx.$executeRaw`
        INSERT INTO workflow_reminder (tenant_id, case_id, case_version, position, at, done_at, outcome)
        SELECT tenant_id, id, 2, p, due_at + interval '1 hour' * (ARRAY[0, -4, 8, 48])[p + 2],
          closed_at, CASE WHEN closed_at IS NOT NULL THEN 'left' END
        FROM workflow_case, generate_series(-1, 2) AS p
        WHERE id BETWEEN 'c' || lpad(${first}::text, 25, '0') AND 'c' || lpad(${last}::text, 25, '0')`;
    });
  }
  const owner = new pg.Client({ connectionString: server.superUrl });
  await owner.connect();
  await owner.query('ANALYZE workflow_case; ANALYZE workflow_reminder');
  await owner.end();
}
