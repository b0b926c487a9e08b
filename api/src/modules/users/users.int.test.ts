import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import type { OwnRights } from '../roles/schema.ts';
import type { ShownAccount } from './schema.ts';

let site: Site;
let api: RunningApi;
let urls: { adminUrl: string; appUrl: string };
let admin: { authorization: string };
/** The second person of what takes two. */
let second: { authorization: string };
type Who = { authorization: string };

beforeAll(async () => {
  site = await openSite();
  urls = await site.freshDatabase();
  api = await startApi(site, urls.appUrl);
  admin = await api.signIn('admin');
  second = await api.signIn('admin.two');
});
afterAll(async () => {
  await api?.stop();
  await site?.stop();
});

async function sql<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: urls.appUrl });
  await client.connect();
  try {
    await client.query("SET app.tenant = 'demo'");
    return (await client.query(text, values)).rows as Row[];
  } finally {
    await client.end();
  }
}
const send = (method: string, path: string, body: unknown, who: Who) =>
  fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...who },
    body: JSON.stringify(body),
  });
const list = async (who: Who = admin, query = '') =>
  (
    (await (await api.get(`/api/v1/users?limit=200${query}`, who)).json()) as {
      items: ShownAccount[];
    }
  ).items;
const named = async (username: string) => {
  const found = (await list()).find((one) => one.username === username);
  if (!found) throw new Error(`no account ${username}`);
  return found;
};
const problem = async (answer: Response) => {
  const { code } = (await answer.json()) as { code: string };
  return [answer.status, code];
};
const me = async (who: Who, to = api) => (await to.get('/api/v1/auth/me', who)).status;

/** Makes a person and an account for them, which has chosen its password. */
async function makeUser(
  roles: string[],
  person: { department: string } | null = null,
  by: Who = admin,
): Promise<{ id: string; username: string; who: Who; personId: string | null }> {
  const username = `u-${randomUUID().slice(0, 12)}`;
  let personId: string | null = null;
  if (person) {
    personId = `01${randomUUID().replaceAll('-', '').slice(0, 24).toUpperCase()}`;
    await sql(
      `INSERT INTO person (tenant_id, id, employee_no, name, department_id, post)
       VALUES ('demo', $1, $2, '某人', $3, '工')`,
      [personId, username, person.department],
    );
  }
  const displayName = { zh: '某人', en: 'Someone' };
  const made = await send('POST', '/users', { username, displayName, roles, personId }, by);
  if (made.status !== 201) throw new Error(await made.text());
  const { user, password, request } = (await made.json()) as {
    user: ShownAccount;
    password: string;
    request: { id: string } | null;
  };
  if (request) {
    const approved = await send('POST', `/account-requests/${request.id}/approve`, {}, second);
    expect(approved.status).toBe(200);
  }
  const who = await login(username, password);
  const next = { current: password, next: 'four horses and a cart' };
  expect((await send('POST', '/auth/password', next, who)).status).toBe(204);
  return { id: user.id, username, who, personId };
}
async function login(username: string, password = 'four horses and a cart', to = api) {
  const answer = await to.post('/api/v1/auth/login', { username, password });
  const { accessToken } = (await answer.json()) as { accessToken: string };
  return { authorization: `Bearer ${accessToken}` };
}
async function socketOf(who: Who, topics: string[], to = api) {
  const socket = new WebSocket(`${to.url.replace('http', 'ws')}/api/v1/live-events`);
  const heard: { type: string }[] = [];
  let closed: number | null = null;
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  socket.on('close', (code) => {
    closed = code;
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.send(JSON.stringify({ type: 'auth', token: who.authorization.slice(7) }));
  socket.send(JSON.stringify({ type: 'subscribe', topics }));
  await until(() => heard.some(({ type }) => type === 'ready'), 'signed in');
  return {
    heard,
    say: (message: object) => socket.send(JSON.stringify(message)),
    closed: () => until(() => closed, 'the socket is closed'),
    close: () => socket.close(),
  };
}

describe('accounts', () => {
  it('begin with a password that has to be changed before all else', async () => {
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

  it('take no field that is not theirs to set', async () => {
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

  it('[SEC-12] are seen and managed as far as the scope reaches, and not beyond', async () => {
    const keeper = await named('keeper');
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
    // Within reach; but nothing wider than their own reach is theirs to give.
    const change = (roles: string[]) =>
      send('PATCH', `/users/${keeper.id}`, { version: keeper.version, roles }, local.who);
    expect(await problem(await change(['safety-head']))).toEqual([403, 'user.beyond-own']);
    expect((await change(['warehouse', 'team-leader'])).status).toBe(200);
    const wide = await makeUser(['admin'], { department: 'warehouse' });
    expect(
      await problem(await send('POST', `/users/${wide.id}/reset-password`, {}, local.who)),
    ).toEqual([403, 'user.beyond-own']);
  });

  it('[SEC-24] who gives no rights does not take over who does, and a part changes no role', async () => {
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

    // Whoever may give roles in a department neither makes one wider, nor excuses anyone elsewhere.
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

  it('[SEC-14] the head of a department sees the accounts of the department only', async () => {
    const head = await api.signIn('head.press');
    const seen = (await list(head)).map(({ department }) => department);
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set(seen)).toEqual(new Set(['press-shop']));
    const buyer = await named('buyer');
    expect((await api.get(`/api/v1/users/${buyer.id}`, head)).status).toBe(404);
  });

  it('are closed at once, and opened again after a lock or too many tries', async () => {
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

  it('a reset ends every session and gives a password for one sign-in', async () => {
    const user = await makeUser(['operator']);
    const reset = await send('POST', `/users/${user.id}/reset-password`, {}, admin);
    const { password } = (await reset.json()) as { password: string };
    expect(await me(user.who)).toBe(401);
    const again = await login(user.username, password);
    expect((await api.get('/api/v1/violations', again)).status).toBe(403);
  });

  it('two that change one account at a time: the second sees what the first did', async () => {
    const user = await makeUser(['operator']);
    const { version } = await named(user.username);
    const change = (en: string) =>
      send('PATCH', `/users/${user.id}`, { version, displayName: { zh: '某', en } }, admin);
    const answers = await Promise.all([change('One'), change('Two')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('[SEC-18] a new post', () => {
  it('takes the roles of the old one at once, in the open socket too, and keeps the others', async () => {
    const user = await makeUser(['team-leader', 'worker'], { department: 'assembly' });
    expect((await api.get('/api/v1/persons', user.who)).status).toBe(200);
    await sql("UPDATE person SET department_id = 'warehouse' WHERE id = $1", [user.personId]);
    await until(async () => (await named(user.username)).roles.length === 1, 'the role is taken');
    expect((await named(user.username)).roles).toEqual(['worker']);
    await until(
      async () => (await api.get('/api/v1/persons', user.who)).status === 403,
      'the right is gone',
    );
    expect(await me(user.who)).toBe(200);
    const [line] = await sql<{ before: object; after: object }>(
      "SELECT before, after FROM audit_log WHERE action = 'revoke' AND person_id = $1",
      [user.personId],
    );
    expect(line?.before).toEqual({ roles: ['team-leader'] });
    expect(line?.after).toMatchObject({ why: 'transferred' });
  });

  it('a role that is taken mutes its topics in a socket that stays open', async () => {
    const user = await makeUser(['operator']);
    const socket = await socketOf(user.who, ['violations']);
    const { version } = await named(user.username);
    await send('PATCH', `/users/${user.id}`, { version, roles: ['worker'] }, admin);
    await until(() => {
      socket.say({ type: 'subscribe', topics: ['violations'] });
      return socket.heard.some(({ type }) => type === 'error');
    }, 'the topic is refused');
    socket.close();
  });

  it('a role that is changed is changed for its holders, in every process', async () => {
    const other = await startApi(site, urls.appUrl);
    const role = {
      name: { zh: '甲', en: 'A' },
      permissions: ['violation:read@all'],
      keepOnTransfer: true,
    };
    await send('PUT', '/roles/first', role, admin);
    const user = await makeUser(['first']);
    expect((await other.get('/api/v1/violations', user.who)).status).toBe(200);
    await send('PUT', '/roles/first', { ...role, permissions: [], version: 1 }, admin);
    expect((await api.get('/api/v1/violations', user.who)).status).toBe(403);
    await until(
      async () => (await other.get('/api/v1/violations', user.who)).status === 403,
      'the other process heard of it',
    );
    await other.stop();
  });
});

describe('[SEC-19] leaving', () => {
  it('closes the account at once: sessions, sockets of every process, and the way back', async () => {
    const other = await startApi(site, urls.appUrl);
    const user = await makeUser(['operator'], { department: 'assembly' });
    const sockets = await Promise.all([
      socketOf(user.who, ['violations']),
      socketOf(user.who, ['violations'], other),
    ]);
    await sql("UPDATE person SET status = 'left', left_on = current_date WHERE id = $1", [
      user.personId,
    ]);
    // Not by the next ping, which is 20 s away: the change itself closes them.
    const began = performance.now();
    expect(await Promise.all(sockets.map((socket) => socket.closed()))).toEqual([4401, 4401]);
    expect(performance.now() - began).toBeLessThan(15_000);
    expect([await me(user.who), await me(user.who, other)]).toEqual([401, 401]);
    const body = { username: user.username, password: 'four horses and a cart' };
    expect((await api.post('/api/v1/auth/login', body)).status).toBe(401);
    const shown = await named(user.username);
    expect(shown).toMatchObject({ active: false, lockedReason: 'left', roles: [] });
    expect((await send('POST', `/users/${user.id}/unlock`, {}, admin)).status).toBe(404);
    const [line] = await sql<{ before: object }>(
      "SELECT before FROM audit_log WHERE action = 'revoke' AND person_id = $1",
      [user.personId],
    );
    expect(line?.before).toEqual({ active: true, roles: ['operator'] });
    await other.stop();
  });

  it('is heard of again after the database was away', async () => {
    const user = await makeUser(['operator'], { department: 'assembly' });
    expect(await me(user.who)).toBe(200);
    await site.restartDatabase();
    await until(async () => (await me(user.who)) === 200, 'the database is back');
    await sql("UPDATE person SET status = 'left', left_on = current_date WHERE id = $1", [
      user.personId,
    ]);
    await until(async () => (await me(user.who)) === 401, 'the change is heard of');
  });
});

describe('[SEC-24] no one holds too much', () => {
  it('nobody changes their own rights, and the last who manages roles stays', async () => {
    const self = await named('admin');
    for (const [method, path, body] of [
      ['PATCH', '', { version: self.version, roles: ['admin', 'safety-head'] }],
      ['POST', '/lock', { reason: 'myself' }],
      ['POST', '/reset-password', {}],
    ] as const) {
      expect(await problem(await send(method, `/users/${self.id}${path}`, body, admin))).toEqual([
        403,
        'user.self',
      ]);
    }
    const roles = (await (await api.get('/api/v1/roles/admin', admin)).json()) as {
      name: object;
      permissions: string[];
      version: number;
    };
    const change = (permissions: string[]) =>
      send('PUT', '/roles/admin', { ...pick(roles), permissions }, admin);
    expect(await problem(await change([...roles.permissions, 'violation:read@all']))).toEqual([
      403,
      'user.self',
    ]);
    expect(await problem(await change(['user:read@all']))).toEqual([409, 'role.last-manager']);
  });

  it('two administrators cannot take each other’s right at the same moment', async () => {
    const fresh = await startApi(site, (await site.freshDatabase()).appUrl);
    const one = await fresh.signIn('admin');
    const ask = (method: string, path: string, body: unknown, who: Who) =>
      fetch(`${fresh.url}/api/v1${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...who },
        body: JSON.stringify(body),
      });
    const two = await fresh.signIn('admin.two');
    const items = (
      (await (await fresh.get('/api/v1/users', one)).json()) as { items: ShownAccount[] }
    ).items;
    const idOf = (name: string) => items.find(({ username }) => username === name)?.id;
    const answers = await Promise.all([
      ask('POST', `/users/${idOf('admin.two')}/lock`, { reason: 'a fight' }, one),
      ask('POST', `/users/${idOf('admin')}/lock`, { reason: 'a fight' }, two),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    await fresh.stop();
  });

  it('duties that are kept apart are refused over several roles, with the reason', async () => {
    const user = await makeUser(['key-custodian']);
    const { version } = await named(user.username);
    const give = (who: Who) =>
      send('PATCH', `/users/${user.id}`, { version, roles: ['key-custodian', 'safety-head'] }, who);
    const refused = await give(admin);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({
      code: 'role.conflict',
      conflicts: [{ id: 'keys-reveal', permissions: ['key:manage', 'person:reveal'] }],
    });
    // Whoever records the exception does not give the rights, and nobody records their own.
    const reason = 'A plant of five people: the owner does both for now.';
    const record = (who: Who, id = user.id) =>
      send('POST', `/users/${id}/duty-overrides`, { conflict: 'keys-reveal', reason }, who);
    expect((await record(user.who)).status).toBe(403);
    expect(await problem(await record(admin, (await named('admin')).id))).toEqual([
      403,
      'user.self',
    ]);
    expect((await record(admin)).status).toBe(201);
    expect((await give(admin)).status).toBe(409);
    const other = await makeUser(['admin']);
    expect((await give(other.who)).status).toBe(200);
    const kept = await api.get(`/api/v1/users/${user.id}/duty-overrides`, admin);
    expect(await kept.json()).toMatchObject({ items: [{ conflict: 'keys-reveal', reason }] });
    const lines = await sql(
      "SELECT 1 FROM audit_log WHERE action = 'approve-exception' AND reason = $1",
      [reason],
    );
    expect(lines).toHaveLength(1);
  });

  it('a role that joins such duties is refused, by itself and for those who hold another', async () => {
    const role = { name: { zh: '乙', en: 'B' }, keepOnTransfer: true };
    const both = { ...role, permissions: ['key:manage@all', 'person:reveal@all'] };
    expect(await problem(await send('PUT', '/roles/both', both, admin))).toEqual([
      409,
      'role.conflict',
    ]);
    await send('PUT', '/roles/half', { ...role, permissions: [] }, admin);
    await makeUser(['half', 'key-custodian']);
    const half = { ...role, permissions: ['person:reveal@all'], version: 1 };
    expect(await problem(await send('PUT', '/roles/half', half, admin))).toEqual([
      409,
      'role.conflict',
    ]);
  });
});

describe('[SEC-11] roles are data that is checked', () => {
  it('everyone may read in words what their own roles let them do, and how far', async () => {
    const user = await makeUser(['worker', 'auditor']);
    expect((await api.get('/api/v1/roles/auditor', user.who)).status).toBe(200);
    const plain = await makeUser(['worker']);
    expect((await api.get('/api/v1/roles/worker', plain.who)).status).toBe(403);
    const own = async (who: Who) =>
      (await (await api.get('/api/v1/me/rights', who)).json()) as OwnRights;
    expect(await own(plain.who)).toMatchObject({ roles: [{ id: 'worker' }] });
    const { roles, permissions } = await own(user.who);
    expect(roles.map(({ id }) => id)).toEqual(['auditor', 'worker']);
    expect(permissions).toContainEqual({
      id: 'audit:read',
      name: { zh: '查看审计日志', en: 'Read the audit log' },
      scope: 'all',
    });
    expect(permissions).toContainEqual(
      expect.objectContaining({ id: 'hazard:read', scope: 'own' }),
    );
  });

  it('a permission that does not exist is refused, and a role in use stays', async () => {
    const role = { name: { zh: '丙', en: 'C' }, keepOnTransfer: true };
    for (const permission of ['dragon:ride@all', 'user:read', 'user:read@everywhere', '*@all']) {
      expect(
        (await send('PUT', '/roles/odd', { ...role, permissions: [permission] }, admin)).status,
      ).toBe(400);
    }
    expect(
      (await send('PUT', '/roles/odd', { ...role, permissions: ['user:read@own'] }, admin)).status,
    ).toBe(200);
    const user = await makeUser(['odd']);
    const gone = () => send('DELETE', '/roles/odd', {}, admin);
    expect(await problem(await gone())).toEqual([409, 'role.in-use']);
    const { version } = await named(user.username);
    await send('PATCH', `/users/${user.id}`, { version, roles: [] }, admin);
    expect((await gone()).status).toBe(204);
    expect(await problem(await send('DELETE', '/roles/worker', {}, admin))).toEqual([
      409,
      'role.seeded',
    ]);
    // Deny by default: no role, no right beyond one's own account.
    expect((await api.get('/api/v1/violations', user.who)).status).toBe(403);
    expect(await me(user.who)).toBe(200);
  });
});

const pick = ({ name, version }: { name: object; version: number }) => ({
  name,
  version,
  keepOnTransfer: false,
});
