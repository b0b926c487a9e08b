import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { createNumbers } from './numbers.ts';

let site: Site;
let database: Database;

beforeAll(async () => {
  site = await openSite();
  database = openDatabase((await site.freshDatabase(['demo', 'other'])).appUrl);
});
afterAll(async () => {
  await database?.close();
  await site?.stop();
});

it('the day of a number is in the plant’s time zone, not the server’s', async () => {
  const shanghai = createNumbers(database, 'Asia/Shanghai');
  const last = new Date('2026-12-31T15:59:59.999Z');
  const first = new Date('2026-12-31T16:00:00.000Z');
  expect(await shanghai.next('demo', last)).toBe('YH-20261231-0001');
  expect(await shanghai.next('demo', first)).toBe('YH-20270101-0001');
  // After the clock is set back, numbering continues.
  expect(await shanghai.next('demo', last)).toBe('YH-20261231-0002');
  const york = createNumbers(database, 'America/New_York');
  expect(await york.next('other', first)).toBe('YH-20261231-0001');
});

it('two concurrent processes give no number twice and skip none', async () => {
  const at = new Date('2026-11-25T01:00:00Z');
  const both = [createNumbers(database, 'Asia/Shanghai'), createNumbers(database, 'Asia/Shanghai')];
  const all = await Promise.all(
    Array.from({ length: 60 }, (_, i) => both[i % 2]!.next('demo', at)),
  );
  const expected = Array.from(
    { length: 60 },
    (_, i) => `YH-20261125-${String(i + 1).padStart(4, '0')}`,
  );
  expect(all.sort()).toEqual(expected);
});
