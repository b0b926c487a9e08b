import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AccountSite,
  accountHelpers,
  openAccountSite,
  type Who,
} from '../../testing/account-helpers.ts';
import { sessionHelpers } from '../../testing/session-helpers.ts';
import type { RunningApi } from '../../testing/site.ts';
import { codeOf } from '../../testing/totp.ts';
import type { AccountRequest } from './request-rows.ts';
import type { ShownAccount } from './schema.ts';

let world: AccountSite;
let api: RunningApi;
let admin: Who;
let second: Who;
const { sql, send, named, problem, makeUser } = accountHelpers(() => world);
const { read, login, refresh, me } = sessionHelpers(() => world);

beforeAll(async () => {
  world = await openAccountSite();
  ({ api, admin, second } = world);
});
afterAll(() => world?.stop());

const displayName = { zh: '新', en: 'New' };
const OWN = 'a sentence that the asker chose';

/** Pending requests about the account, as seen by the second person. */
async function waiting(username: string): Promise<AccountRequest> {
  const answer = await api.get('/api/v1/account-requests', second);
  const { items } = (await answer.json()) as { items: AccountRequest[] };
  const found = items.find(({ user }) => user.username === username);
  if (!found) throw new Error(`nothing waits about ${username}`);
  return found;
}
async function approve(username: string) {
  const { id } = await waiting(username);
  const answer = await send('POST', `/account-requests/${id}/approve`, {}, second);
  expect(answer.status).toBe(200);
  return (await answer.json()) as {
    request: AccountRequest;
    user: ShownAccount;
    password: string | null;
  };
}

describe('[SEC-24] the first guarded duty of an account', () => {
  it('revokes the creator’s access: password, sessions and second factor', async () => {
    const body = { username: 'mine', displayName, roles: ['auditor'] };
    const made = (await (await send('POST', '/users', body, admin)).json()) as { password: string };
    // The requester signs in as the account, and sets its password and second factor.
    const first = await read(await login('mine', made.password));
    const change = { current: made.password, next: OWN };
    expect((await send('POST', '/auth/password', change, first.bearer)).status).toBe(204);
    const setUp = await send('POST', '/auth/totp/setup', { password: OWN }, first.bearer);
    const { secret } = (await setUp.json()) as { secret: string };
    const enable = { code: codeOf(secret) };
    const enabled = await send('POST', '/auth/totp/enable', enable, first.bearer);
    const { recoveryCodes } = (await enabled.json()) as { recoveryCodes: string[] };
    expect(await me(first.bearer)).toBe(200);

    expect(await waiting('mine')).toMatchObject({ action: 'add-roles', givesPassword: true });
    const { password, user, request } = await approve('mine');
    expect(user).toMatchObject({
      roles: ['auditor'],
      mustChangePassword: true,
      secondFactor: false,
    });
    expect(request).toMatchObject({ state: 'approved', givesPassword: false });
    if (password === null) throw new Error('the second person was given no password');

    expect(await me(first.bearer)).toBe(401);
    expect((await refresh(first.cookie)).status).toBe(401);
    for (const code of [undefined, recoveryCodes[0]]) {
      expect(await problem(await login('mine', OWN, code))).toEqual([401, 'auth.wrong']);
    }
    // Nor by the owner's code, with which the requester could regain the account.
    const { id } = await named('mine');
    const reset = await send('POST', `/users/${id}/reset-password`, {}, admin);
    expect(reset.status).toBe(202);
    const asked = (await reset.json()) as AccountRequest;
    expect(asked).toMatchObject({ byOwnersCode: false, givesPassword: true });
    await sql('UPDATE app_user SET totp_step = NULL WHERE id = $1', [id]);
    const byCode = { code: codeOf(secret) };
    const opened = await send('POST', `/account-requests/${asked.id}/approve`, byCode, admin);
    expect(await problem(opened)).toEqual([409, 'auth.totp-state']);

    // The owner signs in with the second person's one-time password.
    const owner = await read(await login('mine', password));
    expect(owner.user.mustChangePassword).toBe(true);
    expect(await problem(await api.get('/api/v1/audit', owner.bearer))).toEqual([
      403,
      'auth.password-due',
    ]);
    const own = { current: password, next: 'a sentence of the owner alone' };
    expect((await send('POST', '/auth/password', own, owner.bearer)).status).toBe(204);
    expect((await api.get('/api/v1/audit', owner.bearer)).status).toBe(200);

    const lines = await sql<{ by: string; text: string }>(
      `SELECT user_name AS by, l::text AS text FROM audit_log l
       WHERE action = 'password-reset' AND entity_id = $1`,
      [id],
    );
    expect(lines.map(({ by }) => by)).toEqual(['admin.two']);
    expect(lines[0]?.text).not.toContain(password);
  });

  it('revokes a password set by one administrator before another requested the duty', async () => {
    const user = await makeUser(['worker']);
    const reset = await send('POST', `/users/${user.id}/reset-password`, {}, admin);
    const { password: known } = (await reset.json()) as { password: string };
    const other = await makeUser(['admin']);
    const { version } = await named(user.username);
    const roles = ['worker', 'auditor'];
    expect((await send('PATCH', `/users/${user.id}`, { version, roles }, other.who)).status).toBe(
      200,
    );
    // Nothing changes until it is approved.
    expect((await login(user.username, known)).status).toBe(200);
    const { password } = await approve(user.username);
    expect(await problem(await login(user.username, known))).toEqual([401, 'auth.wrong']);
    expect((await login(user.username, password ?? '')).status).toBe(200);
  });

  it('is the only one with this effect: later ones already took two people', async () => {
    const user = await makeUser(['auditor']);
    const { version } = await named(user.username);
    const roles = ['auditor', 'key-custodian'];
    await send('PATCH', `/users/${user.id}`, { version, roles }, admin);
    expect(await waiting(user.username)).toMatchObject({ givesPassword: false });
    expect(await approve(user.username)).toMatchObject({ password: null, user: { roles } });
    expect(await me(user.who)).toBe(200);
    // It ends with the duties: afterwards one person alone may reset the account again.
    const less = { version: (await named(user.username)).version, roles: [] };
    expect((await send('PATCH', `/users/${user.id}`, less, admin)).status).toBe(200);
    const again = { version: (await named(user.username)).version, roles: ['key-custodian'] };
    expect((await send('PATCH', `/users/${user.id}`, again, admin)).status).toBe(200);
    expect((await approve(user.username)).password).toEqual(expect.any(String));
    expect(await me(user.who)).toBe(401);
  });
});
