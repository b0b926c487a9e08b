import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import {
  openSite,
  PASSWORD,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';

let site: Site;
let api: RunningApi;
let urls: { adminUrl: string; appUrl: string };

beforeAll(async () => {
  site = await openSite();
  urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
});
afterAll(async () => {
  await api?.stop();
  await site?.stop();
});

const login = (username: string, password: string, to = api) =>
  to.post('/api/v1/auth/login', { username, password });

const createUser = fileURLToPath(new URL('../../create-user.ts', import.meta.url));
const run = (args: string[], env: Record<string, string>) =>
  promisify(execFile)(process.execPath, [createUser, ...args], {
    env: { ...process.env, DATABASE_URL: urls.appUrl, ...env },
  });

describe('signing in', () => {
  it('gives a token that names the user, and that only signed-in requests pass with', async () => {
    const answer = await login('Safety', PASSWORD);
    const { accessToken, expiresAt, user } = (await answer.json()) as {
      accessToken: string;
      expiresAt: string;
      user: object;
    };
    expect(user).toMatchObject({ username: 'safety', roles: ['safety-officer'] });
    const minutes = (Date.parse(expiresAt) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(14);
    expect(minutes).toBeLessThanOrEqual(15);
    const me = await api.get('/api/v1/auth/me', { authorization: `Bearer ${accessToken}` });
    expect(await me.json()).toEqual(user);
    for (const authorization of [
      '',
      'Bearer x',
      `Bearer ${accessToken}x`,
      `Bearer ${unsigned(accessToken)}`,
    ]) {
      const refused = await api.get('/api/v1/violations', { authorization });
      expect(refused.status).toBe(401);
      expect(refused.headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it('answers the same for a wrong password and an unknown name', async () => {
    const [wrong, unknown] = await Promise.all([
      login('operator', 'wrong-password'),
      login('nobody-of-this-name', 'wrong-password'),
    ]);
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toEqual(await unknown.json());
    expect((await login('operator', 'x'.repeat(10_000))).status).toBe(413);
  });

  it('is locked for a while after many attempts on one name, and open for others', async () => {
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await login('admin', `wrong-${i}`));
    const locked = answers.at(-1);
    expect(locked?.status).toBe(429);
    expect(Number(locked?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await locked?.json()).toMatchObject({ code: 'auth.too-many' });
    expect((await login('admin', PASSWORD)).status).toBe(429);
    expect((await login('safety', PASSWORD)).status).toBe(200);
  });

  it('counts the address that the proxy saw, not the one that the browser claims', async () => {
    const behind = await startApi(site, urls.appUrl, { trustProxy: true });
    const attempt = async (claimed: string, seen: string) => {
      const body = { username: `nobody-${claimed}`, password: 'a-wrong-one' };
      const headers = { 'x-forwarded-for': `${claimed}, ${seen}` };
      return (await behind.post('/api/v1/auth/login', body, headers)).status;
    };
    // All at once, because one after the other they may take longer than the minute that is counted.
    const statuses = await Promise.all(
      Array.from({ length: 61 }, (_, i) => attempt(`10.0.0.${i}`, '203.0.113.7')),
    );
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    expect(await attempt('10.0.1.1', '203.0.113.8')).toBe(401);
    await behind.stop();
  });

  it('ends at once for an account that is locked', async () => {
    const second = await startApi(site, (await site.seededDatabase()).appUrl);
    const user = await second.signIn('operator');
    expect((await second.get('/api/v1/auth/me', user)).status).toBe(200);
    const database = openDatabase(second.settings.databaseUrl);
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.appUser.updateMany({ where: { username: 'operator' }, data: { active: false } }),
    );
    await database.close();
    await until(
      async () => (await second.get('/api/v1/auth/me', user)).status === 401,
      'the change is heard of',
    );
    await second.stop();
  });

  it('needs the permission that the route names', async () => {
    const second = await startApi(site, (await site.seededDatabase()).appUrl);
    const database = openDatabase(second.settings.databaseUrl);
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.role.updateMany({ where: { id: 'operator' }, data: { permissions: ['camera:read@all'] } }),
    );
    await database.close();
    const user = await second.signIn('operator');
    expect((await second.get('/api/v1/cameras', user)).status).toBe(200);
    const refused = await second.get('/api/v1/violations', user);
    expect(await refused.json()).toMatchObject({ status: 403, code: 'auth.forbidden' });
    await second.stop();
  });
});

describe('accounts', () => {
  it('of a demonstration are refused where the process is none', async () => {
    const plain = await startApi(site, urls.appUrl, { demo: null });
    expect((await login('operator', PASSWORD, plain)).status).toBe(401);
    const user = await api.signIn('operator');
    expect((await plain.get('/api/v1/auth/me', user)).status).toBe(401);
    await plain.stop();
  });

  it('are made from the command line, with a password that is not on it', async () => {
    const fresh = await startApi(site, (await site.freshDatabase()).appUrl, { demo: null });
    const env = { DATABASE_URL: fresh.settings.databaseUrl, ANSHI_NEW_PASSWORD: 'first-password' };
    const { stdout } = await run(['--username', 'chen.wei', '--name-zh', '陈伟'], env);
    expect(stdout).toContain('made the account chen.wei');
    const answer = await login('chen.wei', 'first-password', fresh);
    expect(await answer.json()).toMatchObject({
      user: { displayName: { zh: '陈伟', en: 'chen.wei' }, roles: ['admin'] },
    });
    await run(['--username', 'chen.wei'], { ...env, ANSHI_NEW_PASSWORD: 'second-password' });
    expect((await login('chen.wei', 'first-password', fresh)).status).toBe(401);
    expect((await login('chen.wei', 'second-password', fresh)).status).toBe(200);
    await expect(run(['--username', 'x', '--role', 'boss'], env)).rejects.toThrow(
      'there is no role boss: take one of',
    );
    await expect(run(['--username', 'x'], { ANSHI_NEW_PASSWORD: 'short' })).rejects.toThrow(
      'at least 8 characters',
    );
    await fresh.stop();
  });
});

/** The same claims under "alg": "none". */
function unsigned(token: string): string {
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
  return `${header}.${token.split('.')[1]}.`;
}
