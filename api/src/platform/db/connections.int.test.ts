import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Prisma } from '../../generated/prisma/client.ts';
import { type DatabaseUrls, openSite, type Site, until } from '../../testing/site.ts';
import { type Database, openDatabase, sendLast, sqlIn, type Transaction } from './database.ts';

/*
 * Units of several tenants share few connections, on which statements are pipelined. Whatever fails
 * or is aborted: each unit gets its own results, sees its own tenant, and is committed completely
 * or not at all.
 */
const tenants = ['ant', 'bee', 'cat'];
const CONNECTIONS = 3;
/** More than there are connections, so that each is reused immediately. */
const AT_ONCE = 9;
const UNITS = 3_000;

let site: Site;
let urls: DatabaseUrls;
let database: Database;
let admin: pg.Client;

beforeAll(async () => {
  site = await openSite();
  urls = await site.freshDatabase(tenants);
  database = openDatabase(urls.appUrl, { connections: CONNECTIONS, longestMs: 1_500 });
  admin = new pg.Client({ connectionString: urls.superUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin?.end();
  await database?.close();
  await site?.stop();
});

const as = <Result>(tenant: string, work: (tx: Transaction) => Promise<Result>) =>
  database.transaction({ tenant, user: null }, work);

interface Answer {
  echo: string;
  tenant: string;
  strangers: number;
  rows: number;
}

/**
 * A query whose result identifies its unit; `shape` makes it one of several prepared statements.
 */
const question = (shape: number, text: string) => Prisma.sql`
  SELECT ${text}::text AS echo, current_setting('app.tenant') AS tenant, count(*)::int AS rows,
    (count(*) FILTER (WHERE tenant_id <> current_setting('app.tenant')))::int AS strangers
  FROM site WHERE ${Prisma.raw(`${shape} = ${shape}`)}`;

async function ask(tx: Transaction, plan: Plan, n: number): Promise<void> {
  const text = `${plan.id}/${n}`;
  const [answer] = await sqlIn(tx)<Answer>(question((plan.shape + n) % 5, text));
  if (answer?.echo !== text || answer.tenant !== plan.tenant || answer.strangers !== 0) {
    wrong.push(`${plan.kind} ${text} of ${plan.tenant} was answered ${JSON.stringify(answer)}`);
  }
}

const askMany = async (tx: Transaction, plan: Plan) => {
  await Promise.all(Array.from({ length: plan.questions }, (_, n) => ask(tx, plan, n)));
};

const row = ({ tenant, id }: Plan) => Prisma.sql`
  INSERT INTO site (tenant_id, id, name) VALUES (${tenant}, ${id}, '{"zh": "x", "en": "x"}')`;
const pidOf = async (tx: Transaction) => {
  const [one] = await sqlIn(tx)<{ pid: number }>(Prisma.sql`SELECT pg_backend_pid() AS pid`);
  return one!.pid;
};
/** A transaction with a failed statement that continues as if nothing had happened. */
const shrugOff = (work: Promise<unknown>) => work.catch(() => {});
/** Fails at parse, bind and execute. */
const failing = [
  Prisma.sql`SELECT no_such_column FROM site`,
  Prisma.sql`SELECT ${'no number'}::int`,
  Prisma.sql`SELECT 1 / (count(*) - count(*)) FROM site`,
];

/**
 * Each writes its row, queries, and hits an error. `commits` is the result without interference.
 */
const kinds: Record<
  string,
  { commits: boolean; work: (tx: Transaction, plan: Plan) => Promise<unknown> }
> = {
  plain: {
    commits: true,
    work: async (tx, plan) => {
      await Promise.all([sqlIn(tx)(row(plan)), askMany(tx, plan)]);
    },
  },
  'last statement with the commit': {
    commits: true,
    work: async (tx, plan) => {
      await askMany(tx, plan);
      sendLast(tx, row(plan));
    },
  },
  'last statement that fails': {
    commits: false,
    work: async (tx, plan) => {
      await Promise.all([sqlIn(tx)(row(plan)), askMany(tx, plan)]);
      sendLast(tx, row(plan));
    },
  },
  'query builder between statements': {
    commits: true,
    work: async (tx, plan) => {
      const { tenant, id } = plan;
      await Promise.all([
        askMany(tx, plan),
        tx.site.create({ data: { tenantId: tenant, id, name: {} } }),
      ]);
      const [all] = await Promise.all([tx.site.findMany(), askMany(tx, plan)]);
      if (!all.every(({ tenantId }) => tenantId === tenant) || !all.some((one) => one.id === id)) {
        wrong.push(`${id} of ${tenant} got other rows by the query builder`);
      }
    },
  },
  'query builder that fails': {
    commits: false,
    work: async (tx, plan) => {
      const data = { tenantId: plan.tenant, id: plan.id, name: {} };
      await Promise.all([tx.site.create({ data }), askMany(tx, plan)]);
      await Promise.all([tx.site.create({ data }), askMany(tx, plan)]);
    },
  },
  'statement that fails among others': {
    commits: false,
    work: async (tx, plan) => {
      await sqlIn(tx)(row(plan));
      await Promise.all([
        askMany(tx, plan),
        sqlIn(tx)(failing[plan.shape % 3]!),
        askMany(tx, plan),
      ]);
    },
  },
  'failure that is shrugged off': {
    commits: false,
    work: async (tx, plan) => {
      await sqlIn(tx)(row(plan));
      await shrugOff(sqlIn(tx)(failing[plan.shape % 3]!));
      await shrugOff(sqlIn(tx)(question(plan.shape, 'into the void')));
    },
  },
  'value that cannot be sent': {
    commits: false,
    work: async (tx, plan) => {
      await Promise.all([sqlIn(tx)(row(plan)), askMany(tx, plan)]);
      const [answer] = await sqlIn(tx)<Answer>(
        question(plan.shape, { n: 1n } as unknown as string),
      );
      return answer;
    },
  },
  'rows of another company': {
    commits: false,
    work: async (tx, plan) => {
      const tenant = tenants.find((one) => one !== plan.tenant)!;
      await Promise.all([askMany(tx, plan), sqlIn(tx)(row({ ...plan, tenant }))]);
    },
  },
  'work that throws while it is answered': {
    commits: false,
    work: async (tx, plan) => {
      await sqlIn(tx)(row(plan));
      void shrugOff(askMany(tx, plan));
      throw new Error('the caller has had enough');
    },
  },
  'answers that nobody waits for': {
    commits: true,
    work: async (tx, plan) => {
      await sqlIn(tx)(row(plan));
      void shrugOff(askMany(tx, plan));
    },
  },
  'nothing at all': { commits: true, work: async () => {} },
  'cancelled statement': {
    commits: false,
    work: async (tx, plan) => {
      const pid = await pidOf(tx);
      await sqlIn(tx)(row(plan));
      const slow = sqlIn(tx)(Prisma.sql`SELECT pg_sleep(0.3)`);
      const cancelled = admin.query('SELECT pg_cancel_backend($1)', [pid]);
      await Promise.all([slow, askMany(tx, plan), cancelled]);
      throw new Error('the cancel came too early or too late');
    },
  },
  'cut connection': {
    commits: false,
    work: async (tx, plan) => {
      const pid = await pidOf(tx);
      await sqlIn(tx)(row(plan));
      await Promise.all([
        admin.query('SELECT pg_terminate_backend($1)', [pid]),
        sqlIn(tx)(Prisma.sql`SELECT pg_sleep(5)`),
        askMany(tx, plan),
      ]);
    },
  },
  'too long': {
    commits: false,
    work: async (tx, plan) => {
      await Promise.all([sqlIn(tx)(row(plan)), askMany(tx, plan)]);
      await sleep(1_800);
      // Its connection may belong to another unit: neither path reaches it any more.
      for (const late of [
        () => sqlIn(tx)<Answer>(question(plan.shape, 'late')),
        () => tx.site.count(),
      ]) {
        const answer = await late().catch(() => null);
        if (answer !== null) wrong.push(`${plan.id} was answered after its end`);
      }
    },
  },
};

interface Plan {
  kind: string;
  tenant: string;
  id: string;
  questions: number;
  shape: number;
}

const wrong: string[] = [];

/** Interference with the current holder of the connection: a late cancel, a cut, the time limit. */
const isFromOutside = (error: unknown) =>
  /57014|57P01|08006|P2028|P1017|ECONNRESET|terminat|timeout|not queryable|closed|over|cancel/i.test(
    `${(error as { code?: string }).code} ${(error as Error).message}`,
  );

it('shares connections among tenants without mixing results, with any failure', async () => {
  const often = ['plain', 'last statement with the commit', 'query builder between statements'];
  const seldom = ['cancelled statement', 'cut connection', 'too long'];
  const weight = (kind: string) => (often.includes(kind) ? 12 : seldom.includes(kind) ? 1 : 4);
  const plans = fc
    .sample(
      fc.record({
        kind: fc.oneof(
          ...Object.keys(kinds).map((kind) => ({
            weight: weight(kind),
            arbitrary: fc.constant(kind),
          })),
        ),
        tenant: fc.constantFrom(...tenants),
        questions: fc.integer({ min: 1, max: 6 }),
        shape: fc.integer({ min: 0, max: 4 }),
      }),
      { numRuns: UNITS, seed: 5180600 },
    )
    .map((plan, n): Plan => ({ ...plan, id: `unit-${n}` }));

  const ended = new Map<string, 'committed' | 'not' | 'unknown'>();
  const run = async (plan: Plan) => {
    const { commits, work } = kinds[plan.kind]!;
    try {
      await as(plan.tenant, (tx) => work(tx, plan));
      ended.set(plan.id, 'committed');
      if (!commits) wrong.push(`${plan.kind}: ${plan.id} says that it was committed`);
    } catch (error) {
      const cutIn = isFromOutside(error);
      // If the connection is cut during the commit, the result is unknown.
      ended.set(plan.id, cutIn ? 'unknown' : 'not');
      if (commits && !cutIn) wrong.push(`${plan.kind}: ${plan.id} failed with ${error}`);
    }
  };
  const queue = [...plans];
  const lane = async () => {
    for (let plan = queue.shift(); plan; plan = queue.shift()) await run(plan);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  expect(wrong).toEqual([]);

  const { rows } = await admin.query<{ tenant_id: string; id: string }>(
    "SELECT tenant_id, id FROM site WHERE id LIKE 'unit-%'",
  );
  const written = new Map(rows.map(({ tenant_id, id }) => [id, tenant_id]));
  const faults = plans.flatMap(({ id, kind, tenant }) => {
    const there = written.get(id);
    if (there !== undefined && there !== tenant) return [`${id} lies with ${there}`];
    if (kind === 'nothing at all') return there ? [`${id} wrote`] : [];
    const end = ended.get(id);
    if (end === 'committed' && !there) return [`${kind}: ${id} was committed and is not there`];
    return end === 'not' && there ? [`${kind}: ${id} failed and is there`] : [];
  });
  expect(faults).toEqual([]);
  // The test proves nothing if most of them were disturbed.
  const counts = { committed: 0, not: 0, unknown: 0 };
  for (const end of ended.values()) counts[end]++;
  expect(counts.committed).toBeGreaterThan(UNITS / 3);
  expect(counts.not).toBeGreaterThan(UNITS / 6);

  // None is lost, none is left in a transaction, and all can be acquired again.
  const sessions = () =>
    admin
      .query<{ state: string }>(
        `SELECT state FROM pg_stat_activity
         WHERE application_name = 'anshi-api' AND datname = current_database()`,
      )
      .then((found) => found.rows.map(({ state }) => state));
  await until(async () => (await sessions()).every((state) => state === 'idle'), 'all are idle');
  expect((await sessions()).length).toBeLessThanOrEqual(CONNECTIONS);
  let inside = 0;
  let allInside: () => void = () => {};
  const together = new Promise<void>((resolve) => {
    allInside = resolve;
  });
  await Promise.all(
    tenants.map((tenant) =>
      as(tenant, async (tx) => {
        const [one] = await sqlIn(tx)<{ tenant: string }>(
          Prisma.sql`SELECT current_setting('app.tenant') AS tenant`,
        );
        expect(one?.tenant).toBe(tenant);
        if (++inside === CONNECTIONS) allInside();
        await together;
      }),
    ),
  );
}, 300_000);
