import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AccountSite,
  accountHelpers,
  openAccountSite,
  type Who,
} from '../../testing/account-helpers.ts';
import type { RunningApi } from '../../testing/site.ts';
import type { ShownAccount } from './schema.ts';

let world: AccountSite;
let api: RunningApi;
let admin: Who;
const { sql, send, list, named, problem, me, makeUser, login } = accountHelpers(() => world);

beforeAll(async () => {
  world = await openAccountSite();
  ({ api, admin } = world);
});
afterAll(() => world?.stop());

describe('accounts', () => {
  it('start with a one-time password that has to be changed', async () => {
    const displayName = { zh: '新人', en: 'New' };
    const made = await send(
      'POST',
      '/users',
      { username: 'New.One', displayName, roles: ['operator'] },
      admin,
    );
    const { user, password } = (await made.json()) as { user: ShownAccount; password: string };
    expect(user).toMatchObject({ username: 'new.one', mustChangePassword: true, active: true });
    const who = await login('new.one', password);
    expect(await problem(await api.get('/api/v1/violations', who))).toEqual([
      403,
      'auth.password-due',
    ]);
    expect(await me(who)).toBe(200);
    await send('POST', '/auth/password', { current: password, next: 'a sentence of my own' }, who);
    expect((await api.get('/api/v1/violations', who)).status).toBe(200);
    const lines = await sql<{ text: string }>(
      "SELECT l::text AS text FROM audit_log l WHERE entity = 'user'",
    );
    expect(lines.map(({ text }) => text).join()).not.toContain(password);
    expect(
      await problem(await send('POST', '/users', { username: 'new.one', displayName }, admin)),
    ).toEqual([409, 'user.taken']);
  });

  it('refuse fields that clients must not set', async () => {
    const { id } = await named('buyer');
    for (const extra of [
      { passwordHash: 'x' },
      { active: true },
      { tenantId: 'other' },
      { demo: false },
      { totpSince: null },
    ]) {
      expect((await send('PATCH', `/users/${id}`, { version: 1, ...extra }, admin)).status).toBe(
        400,
      );
    }
    for (const username of ["x' OR 1=1 --", 'a\r\nb', '../etc', '\u0000']) {
      const displayName = { zh: 'x', en: 'x' };
      expect((await send('POST', '/users', { username, displayName }, admin)).status).toBe(400);
    }
    expect((await api.get('/api/v1/users?q=%27%20OR%20true%20--', admin)).status).toBe(200);
    expect(await list(admin, '&q=%27%20OR%20true%20--')).toEqual([]);
  });

  it('[SEC-12] are visible and manageable within the scope only', async () => {
    const made = await makeUser(['worker'], { department: 'warehouse' });
    const keeper = await named(made.username);
    const manager = await named('manager');
    await send(
      'PUT',
      '/roles/local-admin',
      {
        name: { zh: '部门管理员', en: 'Local administrator' },
        permissions: ['user:read@department', 'user:manage@department', 'role:manage@department'],
        keepOnTransfer: false,
      },
      admin,
    );
    const local = await makeUser(['local-admin'], { department: 'warehouse' });
    const seen = (await list(local.who)).map(({ department }) => department);
    expect(new Set(seen)).toEqual(new Set(['warehouse']));
    for (const [path, body] of [
      ['', null],
      ['/lock', { reason: 'none of theirs' }],
      ['/unlock', {}],
      ['/reset-password', {}],
    ] as const) {
      const url = `/users/${manager.id}${path}`;
      const answer = body
        ? await send('POST', url, body, local.who)
        : await api.get(`/api/v1${url}`, local.who);
      expect(await problem(answer)).toEqual([404, 'user.unknown']);
    }
    // Within reach; but a wider scope than one's own cannot be granted.
    const change = (roles: string[]) =>
      send('PATCH', `/users/${keeper.id}`, { version: keeper.version, roles }, local.who);
    expect(await problem(await change(['safety-head']))).toEqual([403, 'user.beyond-own']);
    expect((await change(['worker'])).status).toBe(200);
    const wide = await makeUser(['admin'], { department: 'warehouse' });
    expect(
      await problem(await send('POST', `/users/${wide.id}/reset-password`, {}, local.who)),
    ).toEqual([403, 'user.beyond-own']);
  });

  it('[SEC-24] an account without the right to grant roles cannot take over one with it, and a scoped one changes no role', async () => {
    const role = (permissions: string[]) => ({
      name: { zh: '服务台', en: 'Desk' },
      permissions,
      keepOnTransfer: false,
    });
    const desk = ['user:read@all', 'user:manage@all'];
    expect((await send('PUT', '/roles/desk', role(desk), admin)).status).toBe(200);
    const clerk = await makeUser(['desk']);
    const other = await makeUser(['admin']);
    for (const [path, body] of [
      ['/reset-password', { removeSecondFactor: true }],
      ['/lock', { reason: 'mine now' }],
      ['/unlock', {}],
    ] as const) {
      const answer = await send('POST', `/users/${other.id}${path}`, body, clerk.who);
      expect([path, ...(await problem(answer))]).toEqual([path, 403, 'user.beyond-own']);
    }
    const keeper = await named('keeper');
    expect((await send('POST', `/users/${keeper.id}/unlock`, {}, clerk.who)).status).toBe(200);

    // An administrator of a department cannot widen a role, nor record exceptions elsewhere.
    const part = ['user:read@department', 'role:manage@department'];
    expect((await send('PUT', '/roles/part', role(part), admin)).status).toBe(200);
    const local = await makeUser(['part'], { department: 'warehouse' });
    const wide = role(['user:manage@all']);
    for (const [method, path, body] of [
      ['PUT', '/roles/mine', wide],
      ['PUT', '/roles/desk', { ...wide, version: 1 }],
      ['DELETE', '/roles/desk', {}],
    ] as const) {
      expect(await problem(await send(method, path, body, local.who))).toEqual([
        403,
        'auth.forbidden',
      ]);
    }
    const manager = await named('manager');
    const excuse = { conflict: 'roles-keys', reason: 'because I say so, at length' };
    const excused = await send('POST', `/users/${manager.id}/duty-overrides`, excuse, local.who);
    expect(await problem(excused)).toEqual([404, 'user.unknown']);
  });

  it('[SEC-14] a head of department sees the department’s accounts only', async () => {
    const head = await api.signIn('head.press');
    const seen = (await list(head)).map(({ department }) => department);
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set(seen)).toEqual(new Set(['press-shop']));
    const buyer = await named('buyer');
    expect((await api.get(`/api/v1/users/${buyer.id}`, head)).status).toBe(404);
  });

  it('are locked at once, and unlocked after a lock or too many attempts', async () => {
    const user = await makeUser(['operator']);
    expect(
      (await send('POST', `/users/${user.id}/lock`, { reason: 'on leave' }, admin)).status,
    ).toBe(200);
    expect(await me(user.who)).toBe(401);
    const body = { username: user.username, password: 'four horses and a cart' };
    expect((await api.post('/api/v1/auth/login', body)).status).toBe(401);
    expect((await send('POST', `/users/${user.id}/unlock`, {}, admin)).status).toBe(200);
    for (let i = 0; i < 6; i++) {
      await api.post('/api/v1/auth/login', { ...body, password: `wrong ${i}` });
    }
    expect((await api.post('/api/v1/auth/login', body)).status).toBe(429);
    const shown = await api.get(`/api/v1/users/${user.id}`, admin);
    expect(((await shown.json()) as ShownAccount).blockedUntil).not.toBeNull();
    await send('POST', `/users/${user.id}/unlock`, {}, admin);
    expect((await api.post('/api/v1/auth/login', body)).status).toBe(200);
  });

  it('a reset ends every session and returns a one-time password', async () => {
    const user = await makeUser(['operator']);
    const reset = await send('POST', `/users/${user.id}/reset-password`, {}, admin);
    const { password } = (await reset.json()) as { password: string };
    expect(await me(user.who)).toBe(401);
    const again = await login(user.username, password);
    expect((await api.get('/api/v1/violations', again)).status).toBe(403);
  });

  it('concurrent changes of one account: the second sees the first', async () => {
    const user = await makeUser(['operator']);
    const { version } = await named(user.username);
    const change = (en: string) =>
      send('PATCH', `/users/${user.id}`, { version, displayName: { zh: '某', en } }, admin);
    const answers = await Promise.all([change('One'), change('Two')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});
