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

/** Units of work that see no row at first, and go on only after `others` have made theirs. */
function late(others: () => Promise<unknown>): Units {
  const [own] = units;
  return {
    ...own!,
    run: (caller, work) =>
      own!.run(caller, (unit) => {
        let isFirst = true;
        const { deviceCredential } = unit.tx;
        const findFirst = async (...given: Parameters<typeof deviceCredential.findFirst>) => {
          const found = await deviceCredential.findFirst(...given);
          if (isFirst) await others();
          isFirst = false;
          return found;
        };
        const model = new Proxy(deviceCredential, {
          get: (target, name) => (name === 'findFirst' ? findFirst : Reflect.get(target, name)),
        });
        const tx = new Proxy(unit.tx, {
          get: (target, name) => (name === 'deviceCredential' ? model : Reflect.get(target, name)),
        });
        return work({ ...unit, tx });
      }),
  };
}

it('requests that come together at the first start do not revoke the shared token', async () => {
  const token = 'the shared token of a first start';
  const faster = tokens(token)[1]!;
  const slower = createSharedToken({
    units: late(() => faster.row()),
    tenant: 'demo',
    token,
  });
  expect((await slower.row())?.revokedAt).toBeNull();
  expect((await faster.row())?.revokedAt).toBeNull();
});

it('another value revokes the one before it', async () => {
  const [before, after] = [tokens('the first of two values')[0]!, tokens('the second value')[0]!];
  expect((await before.row())?.revokedAt).toBeNull();
  expect((await after.row())?.revokedAt).toBeNull();
  expect((await before.row())?.revokedAt).not.toBeNull();
});
