import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSite, type Site } from '../testing/site.ts';
import { systemCaller } from './caller.ts';
import { type Database, openDatabase } from './database.ts';
import { createUnits, type Units } from './unit-of-work.ts';

let site: Site;
let database: Database;
let units: Units;
const errors: unknown[] = [];

beforeAll(async () => {
  site = await openSite();
  database = openDatabase((await site.freshDatabase()).appUrl);
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

it('runs a unit again that the database gave up to end a deadlock, and keeps one try only', async () => {
  for (const id of ['a', 'b']) {
    await database.transaction(demo, (tx) =>
      tx.site.create({ data: { tenantId: 'demo', id, name: {} } }),
    );
  }
  const tries = { a: 0, b: 0 };
  const told: string[] = [];
  // Each takes its own row first and then the other's: the first tries cannot both end.
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
  // A line that cannot be written takes the rows with it.
  const unwritable = units.run(systemCaller('demo'), async (unit) => {
    await unit.tx.site.create({ data: { tenantId: 'demo', id: 'never', name: {} } });
    await unit.audit({ action: 'x'.repeat(100), entity: 'site' });
  });
  await expect(unwritable).rejects.toThrow();
  const sites = await database.transaction(demo, (tx) => tx.site.count({ where: { id: 'never' } }));
  expect(sites).toBe(0);
  expect(errors).toEqual([]);
});
