import { afterAll, beforeAll, expect, it } from 'vitest';
import { Prisma } from '../../generated/prisma/client.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { type Database, openDatabase, readOnce, sqlIn, type Transaction } from './database.ts';
import { instantSql, isOneOfSql, queryOf, readTogether } from './readings.ts';

let site: Site;
let database: Database;

beforeAll(async () => {
  site = await openSite();
  // One connection, so that its cache is that of all.
  database = openDatabase((await site.freshDatabase()).appUrl, { connections: 1 });
});
afterAll(async () => {
  await database?.close();
  await site?.stop();
});

const run = <Result>(work: (tx: Transaction) => Promise<Result>) =>
  database.transaction({ tenant: 'demo', user: null }, work);

/** The prepared statements of the connection. */
const kept = () =>
  run(async (tx) => {
    const rows = await sqlIn(tx)<{ statement: string }>(
      Prisma.sql`SELECT statement FROM pg_prepared_statements`,
    );
    return rows.map(({ statement }) => statement);
  });

it('of 1,000 lengths do not evict frequent ones', async () => {
  const hot = (n: number) =>
    Prisma.sql`SELECT id FROM site WHERE id = ${'x'} AND ${Prisma.raw(`${n} = ${n}`)}`;
  const often = async (n: number) => {
    for (let times = 0; times < 3; times++) await run((tx) => sqlIn(tx)(hot(n)));
  };
  await often(1);
  const ids = Array.from({ length: 1_000 }, (_, n) => `site-${n}`);
  for (let n = 1; n <= ids.length; n++) {
    await run(async (tx) => {
      const list = Prisma.sql`SELECT id FROM site WHERE id IN (${Prisma.join(ids.slice(0, n))})`;
      for (let times = 0; times < 3; times++) await sqlIn(tx)(list);
    });
  }
  // As the query builder writes them: lists and rows.
  for (let n = 1; n <= 60; n++) {
    const some = ids.slice(0, n);
    await run(async (tx) => {
      for (let times = 0; times < 3; times++) {
        await tx.site.findMany({ where: { id: { in: some } } });
        await tx.site.createMany({
          data: some.map((id) => ({ tenantId: 'demo', id: `${id}-${n}-${times}`, name: {} })),
        });
      }
    });
  }
  await often(2);
  const statements = await kept();
  expect(statements.some((text) => text.includes('1 = 1'))).toBe(true);
  expect(statements.some((text) => text.includes('2 = 2'))).toBe(true);
  expect(statements.filter((text) => / IN \(/.test(text)).length).toBeLessThanOrEqual(6);
  expect(statements.filter((text) => /INSERT INTO/.test(text)).length).toBeLessThanOrEqual(3);
  // The test proves nothing if none of them has a name.
  expect(statements.some((text) => / IN \(/.test(text))).toBe(true);
  expect(statements.some((text) => /INSERT INTO/.test(text))).toBe(true);
});

it('reads several queries by one statement, with the rows of statements of their own', async () => {
  const at = new Date('2026-02-03T04:05:06.789Z');
  const queries = {
    all: queryOf(Prisma.sql`
      SELECT n::int AS n, 'x' || n AS text, n = 2 AS "isTwo", ARRAY['a', NULL] AS list, n / 3::float8 AS third,
        '{"b": 1, "a": [true]}'::jsonb AS json, NULL::text AS nothing, ${instantSql(Prisma.sql`${at}::timestamptz`)} AS at
      FROM generate_series(3, 1, -1) AS n`),
    none: queryOf(Prisma.sql`SELECT id FROM site WHERE false`),
    out: null,
  };
  const together = await run((tx) => readTogether(tx, queries));
  expect(together.all).toHaveLength(3);
  expect(together.all[0]).toMatchObject({ n: 3, third: 1, at: at.toISOString() });
  expect(together).toEqual({ ...together, none: [], out: [] });
  expect(await run((tx) => readTogether(tx, queries, { apart: true }))).toEqual(together);
});

it('plans what is asked of one id a few times, and not each time', async () => {
  const actor = { tenant: 'demo', user: null };
  const asked = Prisma.sql`SELECT name AS "planned once" FROM site WHERE ${isOneOfSql(Prisma.sql`id`, ['x'])}`;
  for (let times = 0; times < 12; times++) await readOnce(database, actor, asked);
  const [row] = await run((tx) =>
    sqlIn(tx)<{ generic: string; custom: string }>(Prisma.sql`
      SELECT generic_plans AS generic, custom_plans AS custom FROM pg_prepared_statements
      WHERE statement LIKE ${'%planned once%'} AND name LIKE 'anshi_%'`),
  );
  expect(Number(row?.custom)).toBe(5);
  expect(Number(row?.generic)).toBeGreaterThan(3);
});
