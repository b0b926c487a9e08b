import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import {
  type AccountSite,
  accountHelpers,
  openAccountSite,
  type Who,
} from '../../testing/account-helpers.ts';
import { lockWaits } from '../../testing/lock-waits.ts';
import { PASSWORD, type RunningApi } from '../../testing/site.ts';
import { codeOf } from '../../testing/totp.ts';
import { makeUser } from '../../testing/users.ts';
import type { AccountRequest } from './request-rows.ts';
import type { ShownAccount } from './schema.ts';

let world: AccountSite;
let api: RunningApi;
let appUrl: string;
let admin: Who;
let second: Who;
const { sql, send, named, problem } = accountHelpers(() => world);

beforeAll(async () => {
  world = await openAccountSite();
  ({ api, admin, second } = world);
  ({ appUrl } = world.urls);
});
afterAll(() => world?.stop());

const post = (path: string, body: object, who: Who) => send('POST', path, body, who);
const patch = (path: string, body: object, who: Who) => send('PATCH', path, body, who);
const asked = async (answer: Response): Promise<AccountRequest> => {
  expect(answer.status).toBe(202);
  return (await answer.json()) as AccountRequest;
};
const open = async (who = admin) =>
  ((await (await api.get('/api/v1/account-requests', who)).json()) as { items: AccountRequest[] })
    .items;
const signIn = (username: string, password: string, totp?: string) =>
  api.post('/api/v1/auth/login', { username, password, ...(totp ? { totp } : {}) });
const hashOf = async (username: string) =>
  (
    await sql<{ hash: string }>('SELECT password_hash AS hash FROM app_user WHERE username = $1', [
      username,
    ])
  )[0]?.hash;

describe('[SEC-24] accounts with guarded duties', () => {
  it.each(['auditor', 'custodian', 'admin.two'])(
    'cannot be taken over by one administrator: %s',
    async (username) => {
      const { id } = await named(username);
      const before = await hashOf(username);
      const request = await asked(
        await post(`/users/${id}/reset-password`, { removeSecondFactor: true }, admin),
      );
      expect(request).toMatchObject({
        action: 'reset-password',
        state: 'open',
        removeSecondFactor: true,
        requestedBy: { username: 'admin' },
        mayApprove: false,
      });
      expect(request.duties.length).toBeGreaterThan(0);
      // Nothing has changed: neither the password nor the sessions.
      expect(await hashOf(username)).toBe(before);
      expect((await signIn(username, PASSWORD)).status).toBe(200);
      expect((await named(username)).waiting).toBe(1);
      const approve = await post(`/account-requests/${request.id}/approve`, {}, admin);
      expect(await problem(approve)).toEqual([403, 'account-request.second-person']);
      // A repetition returns the same request, so that requests do not pile up.
      const again = await post(`/users/${id}/reset-password`, { removeSecondFactor: true }, admin);
      expect((await asked(again)).id).toBe(request.id);
      const back = await post(`/account-requests/${request.id}/refuse`, {}, admin);
      expect(await back.json()).toMatchObject({ state: 'withdrawn' });
      expect(await hashOf(username)).toBe(before);
    },
  );

  it('are reset by a second administrator, who is shown the password; everything is logged', async () => {
    const { id } = await named('auditor');
    const request = await asked(await post(`/users/${id}/reset-password`, {}, admin));
    // The owner, an auditor, may read it and not approve it.
    const owner = await api.signIn('auditor');
    expect((await open(owner)).map((one) => one.id)).toContain(request.id);
    const own = await post(`/account-requests/${request.id}/approve`, {}, owner);
    expect(await problem(own)).toEqual([403, 'auth.forbidden']);
    const shown = (await open(second)).find((one) => one.id === request.id);
    expect(shown).toMatchObject({ mayApprove: true, user: { username: 'auditor' } });

    const approved = await post(`/account-requests/${request.id}/approve`, {}, second);
    expect(approved.status).toBe(200);
    const { password, request: closed } = (await approved.json()) as {
      password: string;
      request: AccountRequest;
    };
    expect(closed).toMatchObject({
      state: 'approved',
      how: 'second-person',
      decidedBy: { username: 'admin.two' },
    });
    expect((await api.get('/api/v1/auth/me', owner)).status).toBe(401);
    expect((await signIn('auditor', PASSWORD)).status).toBe(401);
    const first = await signIn('auditor', password);
    expect(first.status).toBe(200);
    const twice = await post(`/account-requests/${request.id}/approve`, {}, second);
    expect(await problem(twice)).toEqual([409, 'account-request.closed']);

    const lines = await sql<{ action: string; user_name: string; text: string }>(
      `SELECT action, user_name, l::text AS text FROM audit_log l
       WHERE entity_id = ANY ($1) AND action IN ('request', 'request-approved', 'password-reset')
       ORDER BY seq`,
      [[request.id, id]],
    );
    expect(lines.slice(-3).map(({ action, user_name: by }) => [action, by])).toEqual([
      ['request', 'admin'],
      ['request-approved', 'admin.two'],
      ['password-reset', 'admin.two'],
    ]);
    expect(lines.map(({ text }) => text).join()).not.toContain(password);
    const notices = await sql<{ user_id: string }>(
      `SELECT r.user_id FROM notice n JOIN notice_recipient r ON r.notice_id = n.id
       WHERE n.kind = 'access.request' AND n.subject_id = $1`,
      [request.id],
    );
    // The owner is notified of request and execution.
    expect(notices.filter((one) => one.user_id === id)).toHaveLength(2);
  });

  it('are reset by a code of the owner, with failed attempts throttled over all requests', async () => {
    const database = openDatabase(appUrl);
    const id = await makeUser(database, 'aud.two', ['audit:read@all']);
    await database.close();
    const owner = await api.signIn('aud.two');
    const setUp = await post('/auth/totp/setup', { password: PASSWORD }, owner);
    const { secret } = (await setUp.json()) as { secret: string };
    const enabled = await post('/auth/totp/enable', { code: codeOf(secret) }, owner);
    expect(enabled.status).toBe(200);
    await sql('UPDATE app_user SET totp_step = NULL WHERE id = $1', [id]);

    const request = await asked(await post(`/users/${id}/reset-password`, {}, admin));
    expect(request.byOwnersCode).toBe(true);
    const withCode = (code: string, of = request.id) =>
      post(`/account-requests/${of}/approve`, { code }, admin);
    for (let i = 0; i < 5; i++) {
      expect(await problem(await withCode('000000'))).toEqual([401, 'auth.totp-wrong']);
    }
    expect(await problem(await withCode(codeOf(secret)))).toEqual([429, 'auth.too-many']);
    const other = await asked(
      await post(`/users/${id}/reset-password`, { removeSecondFactor: true }, admin),
    );
    expect((await withCode(codeOf(secret), other.id)).status).toBe(429);
    // The owner's sign-in has another counter, so that it cannot be locked this way.
    expect((await signIn('aud.two', PASSWORD, codeOf(secret))).status).toBe(200);
    await sql('DELETE FROM sign_in_throttle');
    await sql('UPDATE app_user SET totp_step = NULL WHERE id = $1', [id]);
    const approved = await withCode(codeOf(secret));
    expect(await approved.json()).toMatchObject({
      password: expect.any(String),
      request: { how: 'owner-code', decidedBy: { username: 'admin' } },
    });
    const wrong = await sql("SELECT 1 FROM audit_log WHERE action = 'request-code-wrong'");
    expect(wrong).toHaveLength(5);
  });

  it('cannot be reset after a day, which is logged', async () => {
    const { id } = await named('custodian');
    const request = await asked(await post(`/users/${id}/reset-password`, {}, admin));
    expect(Date.parse(request.expiresAt) - Date.parse(request.requestedAt)).toBeCloseTo(
      24 * 3_600_000,
      -4,
    );
    await sql("UPDATE account_request SET expires_at = now() - interval '1 s' WHERE id = $1", [
      request.id,
    ]);
    const late = await post(`/account-requests/${request.id}/approve`, {}, second);
    expect(await problem(late)).toEqual([409, 'account-request.closed']);
    expect((await open()).map((one) => one.id)).not.toContain(request.id);
    const { createAccountRequests } = await import('./requests.ts');
    const { createUnits } = await import('../../platform/db/unit-of-work.ts');
    const database = openDatabase(appUrl);
    const requests = createAccountRequests({
      units: createUnits({ database, onError: () => {} }),
      waysIn: {} as never,
      secondFactor: {} as never,
      notices: { async notify() {} },
    });
    expect(await requests.expire('demo')).toBe(1);
    expect(await requests.expire('demo')).toBe(0);
    await database.close();
    const lines = await sql('SELECT 1 FROM audit_log WHERE entity_id = $1 AND action = $2', [
      request.id,
      'request-expired',
    ]);
    expect(lines).toHaveLength(1);
  });

  it('need two people to unlock; others still need one', async () => {
    const { id } = await named('custodian');
    expect((await post(`/users/${id}/lock`, { reason: 'on leave' }, admin)).status).toBe(200);
    const request = await asked(await post(`/users/${id}/unlock`, {}, admin));
    expect((await signIn('custodian', PASSWORD)).status).toBe(401);
    const approved = await post(`/account-requests/${request.id}/approve`, {}, second);
    expect(await approved.json()).toMatchObject({ password: null, user: { active: true } });
    expect((await signIn('custodian', PASSWORD)).status).toBe(200);
    const keeper = await named('keeper');
    expect((await post(`/users/${keeper.id}/lock`, { reason: 'on leave' }, admin)).status).toBe(
      200,
    );
    expect((await post(`/users/${keeper.id}/unlock`, {}, admin)).status).toBe(200);
    expect((await post(`/users/${keeper.id}/reset-password`, {}, admin)).status).toBe(200);
  });
});

describe('[SEC-24] a guarded duty', () => {
  const displayName = { zh: '新', en: 'New' };

  it('is granted to a new account by two people; other roles at once', async () => {
    const body = { username: 'fresh', displayName, roles: ['worker', 'auditor'] };
    const made = (await (await post('/users', body, admin)).json()) as {
      user: ShownAccount;
      request: AccountRequest;
    };
    expect(made.user).toMatchObject({ roles: ['worker'], waiting: 1 });
    expect(made.request).toMatchObject({ action: 'add-roles', roles: ['auditor'] });
    // The code of a self-created account would be one's own.
    const byCode = await post(
      `/account-requests/${made.request.id}/approve`,
      { code: '123456' },
      admin,
    );
    expect(await problem(byCode)).toEqual([403, 'account-request.second-person']);
    await post(`/account-requests/${made.request.id}/approve`, {}, second);
    expect((await named('fresh')).roles).toEqual(['auditor', 'worker']);
  });

  it('includes creating accounts: users cannot create their own second person', async () => {
    const { id } = await named('buyer');
    const { version, roles } = await named('buyer');
    const given = await patch(`/users/${id}`, { version, roles: [...roles, 'admin'] }, admin);
    expect(await given.json()).toMatchObject({ roles, waiting: 1 });
    const buyer = await api.signIn('buyer');
    expect((await api.get('/api/v1/account-requests', buyer)).status).toBe(403);
    const [request] = (await open(second)).filter((one) => one.user.id === id);
    const refused = await post(`/account-requests/${request?.id}/refuse`, {}, second);
    expect(await refused.json()).toMatchObject({ state: 'refused' });
    expect((await named('buyer')).roles).toEqual(roles);
    // Removing a role needs no approval.
    const less = await patch(
      `/users/${id}`,
      { version: (await named('buyer')).version, roles: [] },
      admin,
    );
    expect(await less.json()).toMatchObject({ roles: [], waiting: 0 });
  });

  it('cannot be added to a role that the account already holds', async () => {
    const put = (permissions: string[], version?: number) =>
      fetch(`${api.url}/api/v1/roles/helper`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', ...admin },
        body: JSON.stringify({
          name: { zh: '助手', en: 'Helper' },
          keepOnTransfer: true,
          permissions,
          ...(version ? { version } : {}),
        }),
      });
    expect((await put(['camera:read@all'])).status).toBe(200);
    const body = { username: 'helper', displayName, roles: ['helper'] };
    const made = (await (await post('/users', body, admin)).json()) as { request: unknown };
    expect(made.request).toBeNull();
    expect(await problem(await put(['camera:read@all', 'audit:read@all'], 1))).toEqual([
      409,
      'role.guarded',
    ]);
  });

  const putRole = async (id: string, permissions: string[], version?: number) =>
    fetch(`${api.url}/api/v1/roles/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...admin },
      body: JSON.stringify({
        name: { zh: '角色', en: 'Role' },
        keepOnTransfer: true,
        permissions,
        ...(version ? { version } : {}),
      }),
    });

  it('is exactly the one that the second person approved', async () => {
    expect((await putRole('watcher', ['access-review:manage@all'])).status).toBe(200);
    const body = { username: 'watcher', displayName, roles: ['watcher'] };
    const made = (await (await post('/users', body, admin)).json()) as { request: AccountRequest };
    expect(made.request).toMatchObject({ duties: ['access-review:manage'] });
    const wider = ['access-review:manage@all', 'audit:read@all'];
    expect(await problem(await putRole('watcher', wider, 1))).toEqual([409, 'role.guarded']);
    // Nor by deleting the role and creating another of the same name.
    const gone = await fetch(`${api.url}/api/v1/roles/watcher`, {
      method: 'DELETE',
      headers: admin,
    });
    expect(await problem(gone)).toEqual([409, 'role.in-use']);
    await post(`/account-requests/${made.request.id}/refuse`, {}, second);
    expect((await putRole('watcher', wider, 1)).status).toBe(200);
  });

  it('cannot be added to a role while it is being granted', async () => {
    expect((await putRole('racer', ['camera:read@all'])).status).toBe(200);
    await post('/users', { username: 'racer', displayName, roles: [] }, admin);
    const { id, version } = await named('racer');
    const client = new pg.Client({ connectionString: appUrl });
    await client.connect();
    try {
      await client.query("BEGIN; SELECT set_config('app.tenant', 'demo', true)");
      await client.query("SELECT pg_advisory_xact_lock(hashtextextended('anshi rights demo', 0))");
      const giving = patch(`/users/${id}`, { version, roles: ['racer'] }, admin);
      await vi.waitFor(
        async () => {
          const waits = await sql(lockWaits('advisory'));
          expect(waits).toHaveLength(1);
        },
        { timeout: 10_000 },
      );
      await client.query(
        "UPDATE role SET permissions = '{camera:read@all,audit:read@all}' WHERE id = 'racer'",
      );
      await client.query('COMMIT');
      expect(await (await giving).json()).toMatchObject({ roles: [], waiting: 1 });
    } finally {
      await client.end();
    }
  });

  it('is not granted for a requester who has lost the right meanwhile', async () => {
    const database = openDatabase(appUrl);
    const asker = await makeUser(database, 'asker', ['user:read@all', 'user:manage@all']);
    await database.close();
    const { id } = await named('privacy');
    expect(id).toBeTruthy();
    const target = await named('auditor');
    const request = await asked(
      await post(`/users/${target.id}/reset-password`, {}, await api.signIn('asker')),
    );
    expect((await post(`/users/${asker}/lock`, { reason: 'dismissed' }, admin)).status).toBe(200);
    const late = await post(`/account-requests/${request.id}/approve`, {}, second);
    expect(await problem(late)).toEqual([409, 'account-request.closed']);
  });
});
