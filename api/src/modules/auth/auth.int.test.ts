import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import {
  type DatabaseUrls,
  openSite,
  PASSWORD,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';

let site: Site;
let api: RunningApi;
let urls: DatabaseUrls;

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
  it('returns a token for the user, which requests require', async () => {
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

  it('responds identically to a wrong password and an unknown name', async () => {
    const [wrong, unknown] = await Promise.all([
      login('operator', 'wrong-password'),
      login('nobody-of-this-name', 'wrong-password'),
    ]);
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toEqual(await unknown.json());
    expect((await login('operator', 'x'.repeat(10_000))).status).toBe(413);
  });

  it('holds up the address that guesses, and not the owner elsewhere or on a known device', async () => {
    const behind = await startApi(site, urls.appUrl, { trustProxy: true });
    const from = (address: string, cookie?: string) => ({
      'x-forwarded-for': address,
      ...(cookie ? { cookie } : {}),
    });
    const attempt = (password: string, headers: Record<string, string>) =>
      behind.post('/api/v1/auth/login', { username: 'admin', password }, headers);
    // The owner signed in before, on a computer of the office.
    const earlier = await attempt(PASSWORD, from('203.0.113.20'));
    const known = deviceOf(earlier);
    expect(known).toMatch(/^anshi_device=[\w-]{22}\.[\w-]{22}$/);

    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await attempt(`wrong-${i}`, from('203.0.113.20')));
    const locked = answers.at(-1);
    expect(locked?.status).toBe(429);
    expect(Number(locked?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await locked?.json()).toMatchObject({ code: 'auth.too-many' });
    // Even the right password, from there.
    expect((await attempt(PASSWORD, from('203.0.113.20'))).status).toBe(429);
    // From the same address on the known device, from another address, and another name: let in.
    expect((await attempt(PASSWORD, from('203.0.113.20', known))).status).toBe(200);
    expect((await attempt(PASSWORD, from('203.0.113.21'))).status).toBe(200);
    const other = { username: 'safety', password: PASSWORD };
    const safety = await behind.post('/api/v1/auth/login', other, from('203.0.113.20'));
    expect(safety.status).toBe(200);
    // A device is known only to the users who signed in with it; a forged one to none.
    const [device, mark] = known.slice('anshi_device='.length).split('.');
    for (const cookie of [
      deviceOf(safety),
      `anshi_device=${device}`,
      `anshi_device=${device}.${'A'.repeat(22)}`,
      `anshi_device=${'B'.repeat(22)}.${mark}`,
    ]) {
      expect((await attempt(PASSWORD, from('203.0.113.20', cookie))).status).toBe(429);
    }
    // A known device that guesses is throttled separately.
    for (let i = 0; i < 5; i++) await attempt(`wrong-${i}`, from('203.0.113.30', known));
    expect((await attempt(PASSWORD, from('203.0.113.30', known))).status).toBe(429);
    expect((await attempt(PASSWORD, from('203.0.113.30'))).status).toBe(200);
    await behind.stop();
  });

  it('counts the address reported by the proxy, not one claimed by the client', async () => {
    const behind = await startApi(site, urls.appUrl, { trustProxy: true });
    const attempt = async (claimed: string, seen: string) => {
      const body = { username: `nobody-${claimed}`, password: 'a-wrong-one' };
      const headers = { 'x-forwarded-for': `${claimed}, ${seen}` };
      return (await behind.post('/api/v1/auth/login', body, headers)).status;
    };
    // Concurrently, because sequentially they may take longer than the window of a minute.
    const statuses = await Promise.all(
      Array.from({ length: 60 }, (_, i) => attempt(`10.0.0.${i}`, '203.0.113.7')),
    );
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(await attempt('10.0.1.2', '203.0.113.7')).toBe(429);
    expect(await attempt('10.0.1.1', '203.0.113.8')).toBe(401);
    await behind.stop();
  });

  it('an office behind one address can sign in, while one of its clients guesses', async () => {
    const behind = await startApi(site, urls.appUrl, { trustProxy: true });
    const office = { 'x-forwarded-for': '198.51.100.9' };
    // More people than the wrong attempts that an address has per minute.
    const names = Array.from({ length: 84 }, (_, i) => `office.${i}`);
    const database = openDatabase(urls.appUrl);
    await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const { passwordHash, displayName } = await tx.appUser.findFirstOrThrow({
        where: { username: 'operator' },
      });
      await tx.appUser.createMany({
        data: names.map((username) => ({
          tenantId: 'demo',
          id: newId(),
          username,
          displayName: displayName as object,
          passwordHash,
        })),
      });
    });
    await database.close();
    const honest = names.map((username) =>
      behind.post('/api/v1/auth/login', { username, password: PASSWORD }, office),
    );
    const guesses = Array.from({ length: 30 }, (_, i) =>
      behind.post('/api/v1/auth/login', { username: `guess-${i}`, password: 'guess' }, office),
    );
    const statuses = (await Promise.all(honest)).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    await Promise.all(guesses);
    await behind.stop();
  });

  it('ends at once when the account is locked', async () => {
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
      'the change is received',
    );
    await second.stop();
  });

  it('requires the permission of the route', async () => {
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
  it('of the demonstration are refused by other processes', async () => {
    const plain = await startApi(site, urls.appUrl, { demo: null });
    expect((await login('operator', PASSWORD, plain)).status).toBe(401);
    const user = await api.signIn('operator');
    expect((await plain.get('/api/v1/auth/me', user)).status).toBe(401);
    await plain.stop();
  });

  it('can be created by command line, with the password not in its arguments', async () => {
    const fresh = await startApi(site, (await site.freshDatabase()).appUrl, { demo: null });
    const env = { DATABASE_URL: fresh.settings.databaseUrl, ANSHI_NEW_PASSWORD: 'first-password' };
    const { stdout } = await run(['--username', 'chen.wei', '--name-zh', '陈伟'], env);
    expect(stdout).toContain('created the account chen.wei');
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

/** The same claims with "alg": "none". */
function unsigned(token: string): string {
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
  return `${header}.${token.split('.')[1]}.`;
}

/** The cookie by which a browser is known again. */
function deviceOf(answer: Response): string {
  const set = answer.headers.getSetCookie().find((one) => one.startsWith('anshi_device='));
  return set?.split(';')[0] ?? '';
}
