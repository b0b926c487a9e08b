import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AccountSite,
  accountHelpers,
  openAccountSite,
  type Who,
} from '../../testing/account-helpers.ts';
import { lockWaits } from '../../testing/lock-waits.ts';
import { until } from '../../testing/site.ts';
import { codeOf } from '../../testing/totp.ts';
import type { AccountRequest } from './request-rows.ts';

let world: AccountSite;
let admin: Who;
let second: Who;
const { sql, send, named, problem, makeUser, login } = accountHelpers(() => world);

beforeAll(async () => {
  world = await openAccountSite();
  ({ admin, second } = world);
});
afterAll(() => world?.stop());

const OWN = 'four horses and a cart';
const REASON = 'The account got its first guarded duty, and its sign-in was made anew.';

interface User {
  id: string;
  username: string;
  who: Who;
}
let user: User;
let secret: string;

/** An auditor with a second factor and a pending reset. */
beforeEach(async () => {
  user = await makeUser(['auditor']);
  secret = await setUpFactor(user.who);
});

async function setUpFactor(who: Who): Promise<string> {
  const setUp = await send('POST', '/auth/totp/setup', { password: OWN }, who);
  const made = (await setUp.json()) as { secret: string };
  const enabled = await send('POST', '/auth/totp/enable', { code: codeOf(made.secret) }, who);
  expect(enabled.status).toBe(200);
  return made.secret;
}
/** An unused code of the owner. */
async function freshCode(): Promise<string> {
  await sql('UPDATE app_user SET totp_step = NULL WHERE id = $1', [user.id]);
  return codeOf(secret);
}
async function askReset(): Promise<AccountRequest> {
  const answer = await send('POST', `/users/${user.id}/reset-password`, {}, admin);
  expect(answer.status).toBe(202);
  return (await answer.json()) as AccountRequest;
}
/** Requests the guarded role. @returns the request that waits for a second person. */
async function askAuditor(): Promise<string> {
  const { version } = await named(user.username);
  const given = await send('PATCH', `/users/${user.id}`, { version, roles: ['auditor'] }, admin);
  expect(given.status).toBe(200);
  const [row] = await sql<{ id: string }>(
    "SELECT id FROM account_request WHERE user_id = $1 AND action = 'add-roles' AND state = 'open'",
    [user.id],
  );
  if (!row) throw new Error('nobody was asked for the role');
  return row.id;
}
/** As by a change of post, which only removes roles. */
const loseDuties = () => sql('DELETE FROM user_role WHERE user_id = $1', [user.id]);
const approve = (id: string, who: Who, code?: string) =>
  send('POST', `/account-requests/${id}/approve`, code === undefined ? {} : { code }, who);
const stateOf = async (id: string) =>
  (await sql<{ state: string }>('SELECT state FROM account_request WHERE id = $1', [id]))[0]?.state;
const hash = async () =>
  (await sql<{ h: string }>('SELECT password_hash AS h FROM app_user WHERE id = $1', [user.id]))[0]
    ?.h;

/** Blocks other changes of rights while the work runs, as a change of rights does. */
async function holdingRights<Result>(
  work: (client: pg.Client, waiting: (n: number) => Promise<unknown>) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: world.urls.appUrl });
  await client.connect();
  try {
    await client.query("BEGIN; SELECT set_config('app.tenant', 'demo', true)");
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended('anshi rights demo', 0))");
    return await work(client, (n) =>
      until(
        async () => (await sql(lockWaits('advisory'))).length === n,
        `${n} wait for the lock of rights`,
      ),
    );
  } finally {
    await client.end();
  }
}

describe('[SEC-24] requests before the first guarded duty', () => {
  it('are void, recorded and notified, and cannot be approved by code', async () => {
    const reset = await askReset();
    await loseDuties();
    const role = await askAuditor();
    expect((await approve(role, second)).status).toBe(200);
    expect(await stateOf(reset.id)).toBe('refused');
    expect((await named(user.username)).waiting).toBe(0);

    const before = await hash();
    for (const [who, code] of [[admin, codeOf(secret)], [second]] as const) {
      expect(await problem(await approve(reset.id, who, code))).toEqual([
        409,
        'account-request.closed',
      ]);
    }
    expect(await hash()).toBe(before);
    expect(
      await sql(
        `SELECT user_name AS by, reason FROM audit_log
         WHERE action = 'request-refused' AND entity_id = $1`,
        [reset.id],
      ),
    ).toEqual([{ by: 'admin.two', reason: REASON }]);
    const told = await sql<{ username: string }>(
      `SELECT u.username FROM notice n
       JOIN notice_recipient r ON r.notice_id = n.id JOIN app_user u ON u.id = r.user_id
       WHERE n.subject_id = $1 AND n.body->>'en' LIKE '%' || $2 || '%' ORDER BY 1`,
      [reset.id, REASON],
    );
    expect(told.map((one) => one.username)).toEqual(['admin', user.username].sort());
  });

  it('cannot be approved by a code verified while the duty was being granted', async () => {
    const reset = await askReset();
    await loseDuties();
    const role = await askAuditor();
    const code = await freshCode();
    const [given, opened] = await holdingRights(async (client, waiting) => {
      // Both wait in order: first the role, then the reset by code.
      const giving = approve(role, second);
      await waiting(1);
      const opening = approve(reset.id, admin, code);
      await waiting(2);
      await client.query('COMMIT');
      return Promise.all([giving, opening]);
    });
    const { password } = (await given.json()) as { password: string };
    expect(await problem(opened)).toEqual([409, 'account-request.closed']);
    // The password shown to the second person is valid.
    expect((await login(user.username, password)).authorization).not.toContain('undefined');
  });

  it('stay where the account already had a guarded duty', async () => {
    const reset = await askReset();
    const { version } = await named(user.username);
    const roles = ['auditor', 'key-custodian'];
    await send('PATCH', `/users/${user.id}`, { version, roles }, admin);
    const [row] = await sql<{ id: string }>(
      "SELECT id FROM account_request WHERE user_id = $1 AND action = 'add-roles' AND state = 'open'",
      [user.id],
    );
    expect((await approve(row?.id ?? '', second)).status).toBe(200);
    expect(await stateOf(reset.id)).toBe('open');
    expect((await approve(reset.id, admin, await freshCode())).status).toBe(200);
  });
});

describe('[SEC-24] a code of the second factor', () => {
  it.each([
    ['taken off', 'UPDATE app_user SET totp_sealed = NULL, totp_since = NULL WHERE id = $1'],
    ['made anew', "UPDATE app_user SET totp_since = totp_since + interval '1 s' WHERE id = $1"],
  ])('is invalid where the factor was %s before its execution', async (_how, change) => {
    const reset = await askReset();
    const code = await freshCode();
    const before = await hash();
    const opened = await holdingRights(async (client, waiting) => {
      const opening = approve(reset.id, admin, code);
      await waiting(1);
      await client.query(change, [user.id]);
      await client.query('COMMIT');
      return opening;
    });
    expect(await problem(opened)).toEqual([409, 'auth.totp-state']);
    expect(await hash()).toBe(before);
    expect(await stateOf(reset.id)).toBe('open');
  });

  it('is verified after an earlier reset', async () => {
    const reset = await askReset();
    const code = await freshCode();
    const client = new pg.Client({ connectionString: world.urls.appUrl });
    await client.connect();
    try {
      await client.query("BEGIN; SELECT set_config('app.tenant', 'demo', true)");
      await client.query(
        'UPDATE app_user SET totp_sealed = NULL, totp_since = NULL, totp_step = NULL WHERE id = $1',
        [user.id],
      );
      const opening = approve(reset.id, admin, code);
      await until(async () => (await sql(lockWaits())).length > 0, 'the code waits for the row');
      await client.query('COMMIT');
      expect(await problem(await opening)).toEqual([409, 'auth.totp-state']);
      // It was not checked against the previous secret: it would count as used.
      expect(await sql('SELECT totp_step AS step FROM app_user WHERE id = $1', [user.id])).toEqual([
        { step: null },
      ]);
    } finally {
      await client.end();
    }
  });
});

describe('[SEC-24] an account that loses its last guarded duty', () => {
  it('voids pending access requests; a pending role stays', async () => {
    const reset = await askReset();
    const { version } = await named(user.username);
    const both = { version, roles: ['auditor', 'key-custodian'] };
    expect((await send('PATCH', `/users/${user.id}`, both, admin)).status).toBe(200);
    const less = { version: (await named(user.username)).version, roles: [] };
    expect((await send('PATCH', `/users/${user.id}`, less, admin)).status).toBe(200);
    expect(await stateOf(reset.id)).toBe('refused');
    expect((await named(user.username)).waiting).toBe(1);
    expect(await problem(await approve(reset.id, admin, await freshCode()))).toEqual([
      409,
      'account-request.closed',
    ]);
  });
});
