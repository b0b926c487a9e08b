import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { createUnits, type Units } from '../../platform/db/unit-of-work.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { createSharedToken } from './shared-token.ts';

let site: Site;
let databases: Database[];
let units: Units[];

beforeAll(async () => {
  site = await openSite();
  const { appUrl } = await site.freshDatabase();
  databases = [openDatabase(appUrl), openDatabase(appUrl)];
  units = databases.map((database) =>
    createUnits({
      database,
      onError: (error) => {
        throw error;
      },
    }),
  );
});
afterAll(async () => {
  await Promise.all((databases ?? []).map((database) => database.close()));
  await site?.stop();
});

const tokens = (token: string) =>
  units.map((one) => createSharedToken({ units: one, tenant: 'demo', token }));

it('requests that come together at the first start do not revoke the shared token', async () => {
  for (let round = 0; round < 5; round++) {
    const both = tokens(`the shared token of round ${round}`);
    const rows = await Promise.all(Array.from({ length: 12 }, (_, i) => both[i % 2]!.row()));
    rows.push(await both[0]!.row());
    expect(new Set(rows.map((row) => row?.id)).size).toBe(1);
    expect(rows.map((row) => row?.revokedAt)).toEqual(rows.map(() => null));
  }
});

it('another value revokes the one before it', async () => {
  const [before, after] = [tokens('the first of two values')[0]!, tokens('the second value')[0]!];
  expect((await before.row())?.revokedAt).toBeNull();
  expect((await after.row())?.revokedAt).toBeNull();
  expect((await before.row())?.revokedAt).not.toBeNull();
});
