import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AccountSite,
  accountHelpers,
  openAccountSite,
  type Who,
} from '../../testing/account-helpers.ts';
import { type RunningApi, type Site, startApi } from '../../testing/site.ts';
import type { OwnRights } from '../roles/schema.ts';
import type { ShownAccount } from './schema.ts';

let world: AccountSite;
let site: Site;
let api: RunningApi;
let admin: Who;
const { sql, send, named, problem, me, makeUser } = accountHelpers(() => world);

beforeAll(async () => {
  world = await openAccountSite();
  ({ site, api, admin } = world);
});
afterAll(() => world?.stop());

describe('[SEC-24] separation of duties of accounts', () => {
  it('changing one’s own rights is refused, and the last role manager stays', async () => {
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

  it('two administrators cannot remove each other’s right concurrently', async () => {
    const fresh = await startApi(site, (await site.seededDatabase()).appUrl);
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

  it('separated duties are refused over several roles, with the reason', async () => {
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
    // The person who records the exception does not grant the rights, and never for themselves.
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

  it('a role that combines such duties is refused, alone and with another role', async () => {
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
  it('users can read their own permissions and scopes as text', async () => {
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
    // Deny by default: without a role, no right beyond one's own account.
    expect((await api.get('/api/v1/violations', user.who)).status).toBe(403);
    expect(await me(user.who)).toBe(200);
  });
});

const pick = ({ name, version }: { name: object; version: number }) => ({
  name,
  version,
  keepOnTransfer: false,
});
