import { readdir } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import { migrate, migrateTo } from '../../platform/db/migrate.ts';
import {
  type AccountSite,
  accountHelpers,
  openAccountSite,
  type Who,
} from '../../testing/account-helpers.ts';
import { startApi } from '../../testing/site.ts';
import { saveAccount } from '../auth/repository.ts';

let world: AccountSite;
let admin: Who;
const { sql, send, named, makeUser } = accountHelpers(() => world);

beforeAll(async () => {
  world = await openAccountSite({ ownServer: true });
  ({ admin } = world);
});
afterAll(() => world?.stop());

const displayName = { zh: '某人', en: 'Someone' };
const answerOf = async (answer: Response) => {
  const { code, detail } = (await answer.json()) as { code: string; detail: string };
  return { status: answer.status, code, detail };
};

describe('a person', () => {
  it('has one account: another one is refused at creation and change', async () => {
    const has = await makeUser(['worker'], { department: 'assembly' });
    const taken = {
      status: 409,
      code: 'user.person-taken',
      detail: expect.stringContaining(has.username),
    };
    const body = { username: 'a-second', displayName, personId: has.personId };
    expect(await answerOf(await send('POST', '/users', body, admin))).toEqual(taken);
    const other = await makeUser(['worker']);
    const { version } = await named(other.username);
    const change = { version, personId: has.personId };
    expect(await answerOf(await send('PATCH', `/users/${other.id}`, change, admin))).toEqual(taken);
    // A locked one still counts: it is unlocked, and no second one is created.
    await send('POST', `/users/${has.id}/lock`, { reason: 'on leave' }, admin);
    expect(await answerOf(await send('POST', '/users', body, admin))).toEqual(taken);
    expect((await send('POST', `/users/${has.id}/unlock`, {}, admin)).status).toBe(200);
    // A change of the account itself does not conflict with its own person.
    const own = { version: (await named(has.username)).version, personId: has.personId };
    expect((await send('PATCH', `/users/${has.id}`, own, admin)).status).toBe(200);
  });

  it('has one active account by a database constraint, however it is created or activated', async () => {
    const has = await makeUser(['worker'], { department: 'assembly' });
    const old = await makeUser(['worker']);
    const bind = 'UPDATE app_user SET person_id = $1 WHERE id = $2';
    await expect(sql(bind, [has.personId, old.id])).rejects.toMatchObject({
      code: '23505',
      constraint: 'app_user_one_open_per_person',
    });
    // A former account may exist; it cannot be activated beside the current one.
    await send('POST', `/users/${old.id}/lock`, { reason: 'made twice' }, admin);
    await sql(bind, [has.personId, old.id]);
    expect(await answerOf(await send('POST', `/users/${old.id}/unlock`, {}, admin))).toEqual({
      status: 409,
      code: 'user.person-taken',
      detail: expect.stringContaining(has.username),
    });
    const database = openDatabase(world.urls.appUrl);
    const byHand = { username: old.username, displayName, passwordHash: 'x', roles: [] };
    await expect(
      database.transaction({ tenant: 'demo', user: null }, (tx) =>
        saveAccount(tx, 'demo', { ...byHand, demo: false }),
      ),
    ).rejects.toThrow(`has the open account ${has.username}: lock that one first`);
    await database.close();
    expect((await named(old.username)).active).toBe(false);
  });

  it('keeps an existing account when a demonstration starts', async () => {
    const keeper = await named('keeper');
    const change = { version: keeper.version, personId: null };
    expect((await send('PATCH', `/users/${keeper.id}`, change, admin)).status).toBe(200);
    const body = { username: 'mr.feng', displayName, personId: keeper.person?.id };
    expect((await send('POST', '/users', body, admin)).status).toBe(201);
    const again = await startApi(world.site, world.urls.appUrl, {
      demo: { password: 'another-1' },
    });
    expect((await named('keeper')).person).toBeNull();
    expect((await named('mr.feng')).person).toEqual(keeper.person);
    await again.stop();
  });
});

describe('a database in which a person has two open accounts', () => {
  it('is not upgraded until duplicates are closed, with a list of them', async () => {
    const fresh = await world.site.freshDatabase([]);
    const server = new pg.Client({ connectionString: fresh.superUrl });
    await server.connect();
    // The owner of the tables is bound by the policies, and sees one tenant at a time.
    const name = new URL(fresh.adminUrl).pathname.slice(1);
    await server.query("CREATE ROLE tables_owner LOGIN PASSWORD 'secret'");
    await server.query(`ALTER DATABASE ${name} OWNER TO tables_owner`);
    await server.end();
    const ownerUrl = Object.assign(new URL(fresh.adminUrl), {
      username: 'tables_owner',
      password: 'secret',
    }).href;
    const folder = new URL('../../../prisma/migrations/', import.meta.url);
    const before = (await readdir(folder)).filter((one) => /^2026112[0-5]\d{6}_/.test(one)).sort();
    await migrateTo(ownerUrl, before);
    const owner = new pg.Client({ connectionString: ownerUrl });
    await owner.connect();
    try {
      for (const tenant of ['first', 'second']) {
        await owner.query("INSERT INTO tenant (id, name) VALUES ($1, '{}')", [tenant]);
        await owner.query("SELECT set_config('app.tenant', $1, false)", [tenant]);
        await owner.query(
          "INSERT INTO department (tenant_id, id, name, kind) VALUES ($1, 'd', '{}', 'office')",
          [tenant],
        );
        for (const person of ['one', 'two']) {
          await owner.query(
            `INSERT INTO person (tenant_id, id, employee_no, name, department_id)
             VALUES ($1, $2, $3, 'n', 'd')`,
            [tenant, person, `${tenant}-${person}`],
          );
        }
        for (const [username, person, active] of [
          ['ann', 'one', true],
          ['ann.old', 'one', false],
          ['bob', 'two', true],
          ['bob.too', 'two', true],
          ['nobody', null, true],
          ['no.one', null, true],
        ] as const) {
          await owner.query(
            `INSERT INTO app_user (tenant_id, id, username, display_name, password_hash, person_id, active)
             VALUES ($1, $2, $2, '{}', 'none', $3, $4)`,
            [tenant, username, person, active],
          );
        }
      }
      const upgrade = () => migrate(ownerUrl, fresh.appUrl, null);
      const refused = await upgrade().then(
        () => '',
        (error: unknown) => String(error),
      );
      expect(refused).toContain('tenant first, employee number first-two: bob, bob.too');
      expect(refused).toContain('tenant second, employee number second-two: bob, bob.too');
      expect(refused).toContain('Lock all but one account of each');
      expect(refused).not.toContain('ann');
      for (const tenant of ['first', 'second']) {
        await owner.query("SELECT set_config('app.tenant', $1, false)", [tenant]);
        await owner.query("UPDATE app_user SET active = false WHERE username = 'bob.too'");
      }
      expect(await upgrade()).toContain('20261126010000_one_open_account_per_person');
    } finally {
      await owner.end();
    }
  });
});
