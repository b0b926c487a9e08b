import { afterAll, beforeAll, expect, it } from 'vitest';
import { Prisma } from '../../generated/prisma/client.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { systemCaller } from '../access/caller.ts';
import { type Database, openDatabase } from './database.ts';
import { createUnits, type Unit, type Units } from './unit-of-work.ts';

let site: Site;
let database: Database;
let url: string;
let units: Units;
const errors: unknown[] = [];

beforeAll(async () => {
  site = await openSite();
  url = (await site.freshDatabase()).appUrl;
  database = openDatabase(url);
  units = createUnits({ database, onError: (error) => errors.push(error) });
});
afterAll(async () => {
  await database?.close();
  await site?.stop();
});

const demo = { tenant: 'demo', user: null };
const counts = () =>
  database.transaction(demo, async (tx) => ({
    lines: await tx.auditLog.count(),
    events: await tx.outboxEvent.count(),
  }));

it('repeats a unit that the database aborted to end a deadlock, and commits it once', async () => {
  for (const id of ['a', 'b']) {
    await database.transaction(demo, (tx) =>
      tx.site.create({ data: { tenantId: 'demo', id, name: {} } }),
    );
  }
  const tries = { a: 0, b: 0 };
  const told: string[] = [];
  // Each takes its own row first and then the other's: the first attempts deadlock.
  let arrived = 0;
  let bothThere: () => void = () => {};
  const both = new Promise<void>((resolve) => {
    bothThere = resolve;
  });
  const run = (first: 'a' | 'b', second: 'a' | 'b') =>
    units.run(systemCaller('demo'), async (unit) => {
      tries[first]++;
      unit.afterCommit(() => void told.push(first));
      await unit.audit({ action: 'update', entity: 'site', id: first });
      await unit.emit({ entity: 'site', what: 'changed', subject: first, data: {} });
      const rename = (id: string) =>
        unit.tx.site.updateMany({ where: { id }, data: { name: { by: first } } });
      await rename(first);
      if (++arrived === 2) bothThere();
      await both;
      await rename(second);
    });
  await Promise.all([run('a', 'b'), run('b', 'a')]);
  expect(tries.a + tries.b).toBe(3);
  expect(told.sort()).toEqual(['a', 'b']);
  expect(await counts()).toEqual({ lines: 2, events: 2 });
});

it('commits rows, lines and events together, or nothing', async () => {
  const before = await counts();
  const failed = units.run(systemCaller('demo'), async (unit) => {
    await unit.tx.site.create({ data: { tenantId: 'demo', id: 'never', name: {} } });
    await unit.audit({ action: 'create', entity: 'site', id: 'never' });
    await unit.emit({ entity: 'site', what: 'created', data: {} });
    unit.afterCommit(() => void errors.push('told of what never was'));
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(await counts()).toEqual(before);
  // A line that cannot be written rolls back the rows.
  const unwritable = units.run(systemCaller('demo'), async (unit) => {
    await unit.tx.site.create({ data: { tenantId: 'demo', id: 'never', name: {} } });
    await unit.audit({ action: 'x'.repeat(100) as 'create', entity: 'site' });
  });
  await expect(unwritable).rejects.toThrow();
  const sites = await database.transaction(demo, (tx) => tx.site.count({ where: { id: 'never' } }));
  expect(sites).toBe(0);
  expect(errors).toEqual([]);
});

/** Every function of a unit, as a promise. */
const handings = (unit: Unit): (() => Promise<unknown>)[] => [
  () => unit.audit({ action: 'update', entity: 'site', id: 'late' }),
  () => unit.emit({ entity: 'site', what: 'changed', subject: 'late', data: {} }),
  async () =>
    unit.later(
      Prisma.sql`INSERT INTO site (tenant_id, id, name) VALUES ('demo', 'late', '{}'::jsonb)`,
    ),
  () => unit.flush(),
  async () => unit.afterCommit(() => void errors.push('told of what came late')),
];

async function expectOver(unit: Unit): Promise<void> {
  for (const hand of handings(unit)) {
    await expect(hand()).rejects.toThrow(/the unit of work is over, .* would be lost/);
  }
}

it('refuses work after its end', async () => {
  const before = await counts();
  let kept: Unit | null = null;
  const keep = (unit: Unit) => {
    kept = unit;
  };
  // Committed; and from afterCommit callbacks.
  let inside: Promise<void> | null = null;
  await units.run(systemCaller('demo'), async (unit) => {
    keep(unit);
    unit.afterCommit(() => {
      inside = expectOver(unit);
      return inside;
    });
  });
  await expectOver(kept as unknown as Unit);
  expect(inside).not.toBeNull();
  await inside;
  // Failed.
  const failed = units.run(systemCaller('demo'), async (unit) => {
    keep(unit);
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  await expectOver(kept as unknown as Unit);
  expect(await counts()).toEqual(before);
  expect(errors).toEqual([]);
});

it('refuses work beyond its time limit', async () => {
  const hasty = openDatabase(url, { longestMs: 200 });
  try {
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let late: Promise<void> | null = null;
    const ended = createUnits({ database: hasty, onError: (error) => errors.push(error) }).run(
      systemCaller('demo'),
      async (unit) => {
        late = released.then(() => expectOver(unit));
        await late;
      },
    );
    await expect(ended).rejects.toThrow('the transaction is over');
    release();
    expect(late).not.toBeNull();
    await late;
  } finally {
    await hasty.close();
  }
});
