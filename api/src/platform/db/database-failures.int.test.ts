import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Prisma } from '../../generated/prisma/client.ts';
import { openSite, type Site, until } from '../../testing/site.ts';
import { type Database, openDatabase, sendLast, sqlIn, type Transaction } from './database.ts';
import { isDatabaseUnavailable, isRefusedByDatabase } from './database-errors.ts';

let site: Site;
let database: Database;
let admin: pg.Client;
let lost = 0;

beforeAll(async () => {
  site = await openSite();
  const urls = await site.freshDatabase();
  database = openDatabase(urls.appUrl, { onError: () => lost++ });
  admin = new pg.Client({ connectionString: urls.superUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin?.end();
  await database?.close();
  await site?.stop();
});

const one = Prisma.sql`SELECT 1`;
const nexts: Record<string, (tx: Transaction) => Promise<unknown>> = {
  'a statement': (tx) => sqlIn(tx)(one),
  'the query builder': (tx) => tx.site.count(),
  'the last statement': async (tx) => sendLast(tx, one),
  'the commit': async () => {},
};

for (const [name, next] of Object.entries(nexts)) {
  it(`a lost connection is an outage, detected first by: ${name}`, async () => {
    const failed = database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const [backend] = await sqlIn(tx)<{ pid: number }>(
        Prisma.sql`SELECT pg_backend_pid() AS pid`,
      );
      const before = lost;
      await admin.query('SELECT pg_terminate_backend($1)', [backend?.pid]);
      await until(() => lost > before, 'the connection is seen to be lost');
      await next(tx);
    });
    const error = await failed.catch((reason: unknown) => reason);
    expect([String(error), isDatabaseUnavailable(error)]).toEqual([expect.any(String), true]);
  });
}

describe('of pipelined statements the failed one gives the cause:', () => {
  const bad = Prisma.sql`SELECT ${'no number'}::int`;
  const twice = (tx: Transaction) =>
    tx.site.createMany({ data: [1, 2].map(() => ({ tenantId: 'demo', id: 'twice', name: {} })) });
  const failing: Record<string, (tx: Transaction) => Promise<unknown>> = {
    'the first of a transaction': (tx) =>
      Promise.all([sqlIn(tx)(bad), sqlIn(tx)(one), sqlIn(tx)(one)]),
    'a later one': async (tx) => {
      await sqlIn(tx)(one);
      await Promise.all([sqlIn(tx)(one), sqlIn(tx)(bad), sqlIn(tx)(one)]);
    },
    'one of the query builder': async (tx) => {
      await tx.site.count();
      await Promise.all([twice(tx), tx.site.count()]);
    },
    'one that was shrugged off': async (tx) => {
      await sqlIn(tx)(bad).catch(() => {});
      await sqlIn(tx)(one);
    },
    'one that was shrugged off, and the query builder comes after it': async (tx) => {
      await sqlIn(tx)(bad).catch(() => {});
      await tx.site.count();
    },
  };

  for (const [name, work] of Object.entries(failing)) {
    it(name, async () => {
      const failed = database.transaction({ tenant: 'demo', user: null }, work);
      const error = await failed.catch((reason: unknown) => reason);
      expect([String(error), isRefusedByDatabase(error)]).toEqual([expect.any(String), true]);
    });
  }

  it('one with an ignored error, where nothing came after it', async () => {
    const lost = database.transaction({ tenant: 'demo', user: null }, (tx) =>
      sqlIn(tx)(bad).catch(() => {}),
    );
    await expect(lost).rejects.toMatchObject({ cause: { code: '22P02' } });
  });
});

it('nothing is committed where the last statement cannot be sent', async () => {
  const id = 'before-the-last';
  const failed = database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    await tx.site.create({ data: { tenantId: 'demo', id, name: {} } });
    sendLast(tx, Prisma.sql`SELECT ${{ n: 1n } as unknown as string}::jsonb`);
  });
  await expect(failed).rejects.toThrow('BigInt');
  const { rows } = await admin.query('SELECT id FROM site WHERE id = $1', [id]);
  expect(rows).toEqual([]);
});

it('a prepared statement whose table was changed fails at most once', async () => {
  const whole = () =>
    database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const rows = await sqlIn(tx)<{ kept: string | null }>(Prisma.sql`SELECT kept FROM kept_plan`);
      return rows.map(({ kept }) => kept);
    });
  await admin.query(`CREATE TABLE kept_plan (kept varchar(8));
    INSERT INTO kept_plan VALUES ('x'); GRANT SELECT ON kept_plan TO PUBLIC`);
  for (let n = 0; n < 5; n++) expect(await whole()).toEqual(['x']);
  await admin.query('ALTER TABLE kept_plan ALTER kept TYPE varchar(16)');
  const answers = [];
  for (let n = 0; n < 3; n++) answers.push(await whole().catch((error: Error) => error.message));
  expect(answers).toEqual(['cached plan must not change result type', ['x'], ['x']]);
});
