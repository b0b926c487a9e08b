import pg from 'pg';
import { PASSWORD, type RunningApi } from './site.ts';

export interface Signed {
  token: string;
  bearer: { authorization: string };
  cookie: string;
  flags: string;
  user: { id: string; mustChangePassword: boolean; secondFactor: boolean };
}

/**
 * Common steps of session tests, as a browser would do them.
 *
 * @param world the fixture, once it is open.
 */
export function sessionHelpers(world: () => { api: RunningApi; urls: { appUrl: string } }) {
  async function read(answer: Response): Promise<Signed> {
    const body = (await answer.json()) as { accessToken: string; user: Signed['user'] };
    const set = answer.headers.get('set-cookie') ?? '';
    return {
      token: body.accessToken,
      bearer: { authorization: `Bearer ${body.accessToken}` },
      cookie: set.split(';')[0] ?? '',
      flags: set,
      user: body.user,
    };
  }
  const login = (username: string, password = PASSWORD, totp?: string, to = world().api) =>
    to.post('/api/v1/auth/login', { username, password, ...(totp ? { totp } : {}) });
  const signIn = async (username: string, to = world().api) =>
    read(await login(username, PASSWORD, undefined, to));
  const withCookie = (cookie: string, to = world().api) => ({
    cookie,
    origin: new URL(to.url).origin,
  });
  const refresh = (cookie: string, to = world().api) =>
    to.post('/api/v1/auth/refresh', {}, withCookie(cookie, to));
  const me = async (bearer: { authorization: string }, to = world().api) =>
    (await to.get('/api/v1/auth/me', bearer)).status;
  const remove = (path: string, headers: Record<string, string>, body?: object) =>
    fetch(`${world().api.url}${path}`, {
      method: 'DELETE',
      headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });

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

  return { read, login, signIn, withCookie, refresh, me, remove, sql };
}
