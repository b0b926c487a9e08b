import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import type { ShownAccount } from '../modules/users/schema.ts';
import {
  type DatabaseUrls,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from './site.ts';

export type Who = { authorization: string };

/** A running API with its own database, and two account administrators: some actions need both. */
export interface AccountSite {
  site: Site;
  urls: DatabaseUrls;
  api: RunningApi;
  admin: Who;
  /** The second person of two-person actions. */
  second: Who;
  stop(): Promise<void>;
}

/**
 * Opens the fixture of account tests.
 *
 * @param options options of {@link openSite}.
 */
export async function openAccountSite(options: { ownServer?: boolean } = {}): Promise<AccountSite> {
  const site = await openSite(options);
  try {
    const urls = await site.seededDatabase();
    const api = await startApi(site, urls.appUrl);
    const admin = await api.signIn('admin');
    const second = await api.signIn('admin.two');
    return {
      site,
      urls,
      api,
      admin,
      second,
      async stop() {
        await api.stop();
        await site.stop();
      },
    };
  } catch (error) {
    await site.stop();
    throw error;
  }
}

/**
 * Common steps of account tests over the API, with a second administrator for two-person actions.
 *
 * @param world the fixture, once it is open.
 */
export function accountHelpers(
  world: () => {
    api: RunningApi;
    urls: { appUrl: string };
    admin: Who;
    second: Who;
  },
) {
  async function sql<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: world().urls.appUrl });
    await client.connect();
    try {
      await client.query("SET app.tenant = 'demo'");
      return (await client.query(text, values)).rows as Row[];
    } finally {
      await client.end();
    }
  }
  const send = (method: string, path: string, body: unknown, who: Who) =>
    fetch(`${world().api.url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...who },
      body: JSON.stringify(body),
    });
  const list = async (who: Who = world().admin, query = '') =>
    (
      (await (await world().api.get(`/api/v1/users?limit=200${query}`, who)).json()) as {
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
  const me = async (who: Who, to = world().api) => (await to.get('/api/v1/auth/me', who)).status;

  /** Creates a person with an account that has chosen its password. */
  async function makeUser(
    roles: string[],
    person: { department: string } | null = null,
    by: Who = world().admin,
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
    const { user, request, ...given } = (await made.json()) as {
      user: ShownAccount;
      password: string;
      request: { id: string } | null;
    };
    let { password } = given;
    if (request) {
      const approved = await send(
        'POST',
        `/account-requests/${request.id}/approve`,
        {},
        world().second,
      );
      expect(approved.status).toBe(200);
      ({ password } = (await approved.json()) as { password: string });
    }
    const who = await login(username, password);
    const next = { current: password, next: 'four horses and a cart' };
    expect((await send('POST', '/auth/password', next, who)).status).toBe(204);
    return { id: user.id, username, who, personId };
  }
  async function login(username: string, password = 'four horses and a cart', to = world().api) {
    const answer = await to.post('/api/v1/auth/login', { username, password });
    const { accessToken } = (await answer.json()) as { accessToken: string };
    return { authorization: `Bearer ${accessToken}` };
  }
  async function socketOf(who: Who, topics: string[], to = world().api) {
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

  return { sql, send, list, named, problem, me, makeUser, login, socketOf };
}
