import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AccountSite,
  accountHelpers,
  openAccountSite,
  type Who,
} from '../../testing/account-helpers.ts';
import { type RunningApi, type Site, startApi, until } from '../../testing/site.ts';

let world: AccountSite;
let site: Site;
let urls: AccountSite['urls'];
let api: RunningApi;
let admin: Who;
const { sql, send, named, me, makeUser, socketOf } = accountHelpers(() => world);

beforeAll(async () => {
  world = await openAccountSite({ ownServer: true });
  ({ site, urls, api, admin } = world);
});
afterAll(() => world?.stop());

describe('[SEC-18] a new post', () => {
  it('removes the old roles at once, also for open sockets, and keeps the others', async () => {
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

  it('a removed role ends its topics in an open socket', async () => {
    const user = await makeUser(['operator']);
    const socket = await socketOf(user.who, ['violations']);
    const { version } = await named(user.username);
    await send('PATCH', `/users/${user.id}`, { version, roles: ['purchasing'] }, admin);
    await until(() => {
      socket.say({ type: 'subscribe', topics: ['violations'] });
      return socket.heard.some(({ type }) => type === 'error');
    }, 'the topic is refused');
    socket.close();
  });

  it('a changed role takes effect for its holders in every process', async () => {
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
      'the other process is notified',
    );
    await other.stop();
  });
});

describe('[SEC-19] leaving', () => {
  it('locks the account at once: sessions, sockets of every process, and sign-in', async () => {
    const other = await startApi(site, urls.appUrl);
    const user = await makeUser(['operator'], { department: 'assembly' });
    const sockets = await Promise.all([
      socketOf(user.who, ['violations']),
      socketOf(user.who, ['violations'], other),
    ]);
    await sql("UPDATE person SET status = 'left', left_on = current_date WHERE id = $1", [
      user.personId,
    ]);
    // Not by the next ping, 20 s later: the change itself closes them.
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

  it('is received again after a database outage', async () => {
    const user = await makeUser(['operator'], { department: 'assembly' });
    expect(await me(user.who)).toBe(200);
    await site.restartDatabase();
    await until(async () => (await me(user.who)) === 200, 'the database is back');
    await sql("UPDATE person SET status = 'left', left_on = current_date WHERE id = $1", [
      user.personId,
    ]);
    await until(async () => (await me(user.who)) === 401, 'the change is received');
  });
});
