import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import { sessionHelpers } from '../../testing/session-helpers.ts';
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
const { read, login, signIn, withCookie, refresh, me, remove, sql } = sessionHelpers(() => ({
  api,
  urls,
}));

beforeAll(async () => {
  site = await openSite();
  urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
});
afterAll(async () => {
  await api?.stop();
  await site?.stop();
});

describe('a session', () => {
  it('is renewed by a one-time cookie that scripts and other sites cannot use', async () => {
    const first = await signIn('operator');
    expect(first.flags).toMatch(/HttpOnly/);
    expect(first.flags).toMatch(/SameSite=Strict/);
    expect(first.flags).toMatch(/Path=\/api\/v1\/auth/);
    const second = await read(await refresh(first.cookie));
    expect(second.cookie).not.toBe(first.cookie);
    expect(await me(second.bearer)).toBe(200);
    // Only the hash is in the database.
    const [, value = ''] = first.cookie.split('=');
    const rows = await sql<{ hash: string }>('SELECT hash FROM refresh_token');
    expect(rows.length).toBeGreaterThan(1);
    expect(JSON.stringify(rows)).not.toContain(value);
  });

  it('is marked Secure where the request came by https', async () => {
    const behind = await startApi(site, urls.appUrl, { trustProxy: true });
    const answer = await behind.post(
      '/api/v1/auth/login',
      { username: 'operator', password: PASSWORD },
      { 'x-forwarded-proto': 'https' },
    );
    expect(answer.headers.get('set-cookie')).toMatch(/Secure/);
    expect((await signIn('operator', behind)).flags).not.toMatch(/Secure/);
    await behind.stop();
  });

  it('accepts a used cookie within seconds, as from two tabs, and ends for a later one', async () => {
    const first = await signIn('operator');
    const [a, b] = await Promise.all([refresh(first.cookie), refresh(first.cookie)]);
    expect([a?.status, b?.status]).toEqual([200, 200]);
    const [one, two] = [await read(a as Response), await read(b as Response)];
    expect(await me(one.bearer)).toBe(200);
    // The same cookie a minute later was stolen.
    await sql("UPDATE refresh_token SET used_at = used_at - interval '1 minute'");
    expect((await refresh(first.cookie)).status).toBe(401);
    for (const { bearer, cookie } of [one, two]) {
      expect(await me(bearer)).toBe(401);
      expect((await refresh(cookie)).status).toBe(401);
    }
    const lines = await sql<{ after: object }>(
      "SELECT after FROM audit_log WHERE action = 'session-ended' ORDER BY seq DESC LIMIT 1",
    );
    expect(lines[0]?.after).toMatchObject({ why: 'a used refresh token came back' });
  });

  it('ends after idle time, and after its maximum lifetime', async () => {
    const idle = await signIn('operator');
    await sql(
      "UPDATE session SET last_used_at = now() - interval '13 hours' WHERE id = (SELECT max(id) FROM session)",
    );
    expect((await refresh(idle.cookie)).status).toBe(401);
    const old = await signIn('operator');
    await sql(
      "UPDATE session SET expires_at = now() - interval '1 second' WHERE id = (SELECT max(id) FROM session)",
    );
    expect((await refresh(old.cookie)).status).toBe(401);
  });

  it('is visible to and ended by its owner only', async () => {
    const here = await signIn('keeper');
    const there = await signIn('keeper');
    const stranger = await signIn('buyer');
    const list = async () =>
      (
        (await (await api.get('/api/v1/auth/sessions', here.bearer)).json()) as {
          items: { id: string; current: boolean }[];
        }
      ).items;
    const other = (await list()).find(({ current }) => !current);
    expect(await list()).toHaveLength(2);
    expect((await remove(`/api/v1/auth/sessions/${other?.id}`, stranger.bearer)).status).toBe(404);
    expect(await me(there.bearer)).toBe(200);
    expect((await remove(`/api/v1/auth/sessions/${other?.id}`, here.bearer)).status).toBe(204);
    expect(await me(there.bearer)).toBe(401);
    expect(await me(here.bearer)).toBe(200);
    const third = await signIn('keeper');
    expect((await remove('/api/v1/auth/sessions', here.bearer)).status).toBe(204);
    expect([await me(third.bearer), await me(here.bearer)]).toEqual([401, 200]);
  });

  it('ends where its cookie is replaced by another sign-in of the browser, and by no failed one', async () => {
    const second = await startApi(site, urls.appUrl);
    const old = await signIn('keeper');
    const elsewhere = await signIn('keeper');
    const again = (username: string, password: string) =>
      api.post('/api/v1/auth/login', { username, password }, withCookie(old.cookie));
    expect((await again('keeper', 'not the password')).status).toBe(401);
    expect(await me(old.bearer)).toBe(200);
    const next = await read(await again('buyer', PASSWORD));
    expect(await me(old.bearer)).toBe(401);
    await until(
      async () => (await me(old.bearer, second)) === 401,
      'the other process hears of it',
    );
    expect((await refresh(old.cookie)).status).toBe(401);
    expect([await me(next.bearer), await me(elsewhere.bearer)]).toEqual([200, 200]);
    const [ended] = await sql<{ reason: string }>(
      `SELECT s.end_reason AS reason FROM session s JOIN audit_log l ON l.entity_id = s.id
       WHERE l.action = 'session-ended' AND l.after ->> 'why' LIKE '%same browser%'`,
    );
    expect(ended).toEqual({ reason: 'replaced' });
    await second.stop();
  });

  it('ends by signing out, in every process', async () => {
    const second = await startApi(site, urls.appUrl);
    const here = await signIn('keeper');
    expect(await me(here.bearer, second)).toBe(200);
    const answer = await api.post('/api/v1/auth/logout', {}, withCookie(here.cookie));
    expect(answer.status).toBe(204);
    expect(answer.headers.get('set-cookie')).toMatch(/anshi_refresh=;/);
    expect(await me(here.bearer)).toBe(401);
    await until(
      async () => (await me(here.bearer, second)) === 401,
      'the other process is notified',
    );
    expect((await refresh(here.cookie)).status).toBe(401);
    await second.stop();
  });
});

describe('the second factor', () => {
  it('is required once enabled, accepts each code once, or a recovery code', async () => {
    const user = await signIn('manager');
    const set = await api.post('/api/v1/auth/totp/setup', { password: PASSWORD }, user.bearer);
    const { secret, uri } = (await set.json()) as { secret: string; uri: string };
    expect(uri).toMatch(/^otpauth:\/\/totp\/Anshi:manager\?/);
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    const [stored] = await sql<{ totp_sealed: string }>(
      "SELECT totp_sealed FROM app_user WHERE username = 'manager'",
    );
    expect(stored?.totp_sealed).toMatch(/^s1:account:/);
    // It is inactive before its first code.
    expect((await login('manager')).status).toBe(200);
    const code = totp.generate();
    const on = await api.post('/api/v1/auth/totp/enable', { code }, user.bearer);
    const { recoveryCodes } = (await on.json()) as { recoveryCodes: string[] };
    expect(recoveryCodes).toHaveLength(10);

    const needed = await login('manager');
    expect([needed.status, await needed.json()]).toMatchObject([401, { code: 'auth.totp-needed' }]);
    const again = await login('manager', PASSWORD, code);
    expect([again.status, await again.json()]).toMatchObject([401, { code: 'auth.totp-wrong' }]);
    const next = totp.generate({ timestamp: Date.now() + 30_000 });
    const good = await read(await login('manager', PASSWORD, next));
    expect(good.user.secondFactor).toBe(true);
    const recovery = recoveryCodes[0] as string;
    expect((await login('manager', PASSWORD, recovery)).status).toBe(200);
    expect((await login('manager', PASSWORD, recovery)).status).toBe(401);
    const hashes = await sql('SELECT hash FROM recovery_code');
    expect(JSON.stringify(hashes)).not.toContain(recovery);

    const off = (password: string) => remove('/api/v1/auth/totp', good.bearer, { password });
    expect((await off('wrong')).status).toBe(422);
    expect((await off(PASSWORD)).status).toBe(204);
    expect((await login('manager')).status).toBe(200);
  });
});

describe('a password', () => {
  it('can be changed by its owner, which ends other sessions, and must not be weak', async () => {
    const second = await startApi(site, (await site.seededDatabase()).appUrl);
    const here = await signIn('operator', second);
    const there = await signIn('operator', second);
    const change = (current: string, next: string) =>
      second.post('/api/v1/auth/password', { current, next }, here.bearer);
    expect((await change('wrong', 'a long new sentence')).status).toBe(422);
    const weak = await change(PASSWORD, 'operator-1');
    expect([weak.status, await weak.json()]).toMatchObject([422, { code: 'auth.password-weak' }]);
    expect((await change(PASSWORD, 'a long new sentence')).status).toBe(204);
    expect([await me(here.bearer, second), await me(there.bearer, second)]).toEqual([200, 401]);
    expect((await login('operator', PASSWORD, undefined, second)).status).toBe(401);
    expect((await login('operator', 'a long new sentence', undefined, second)).status).toBe(200);
    await second.stop();
  });
});

describe('the seed roles of a tenant', () => {
  it('follow the program where unchanged, and are kept where changed', async () => {
    const fresh = await site.seededDatabase();
    const one = await startApi(site, fresh.appUrl);
    await one.stop();
    const database = openDatabase(fresh.appUrl);
    const row = (id: string) =>
      database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.role.findFirstOrThrow({ where: { id } }),
      );
    // As an earlier version wrote it, and as the tenant changed it.
    const { seedHash } = await import('../../platform/access/seed-roles.ts');
    const old = {
      name: { zh: '旧', en: 'Old' },
      permissions: [] as string[],
      keepOnTransfer: true,
    };
    await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      await tx.role.updateMany({
        where: { id: 'inspector' },
        data: { ...old, seedHash: seedHash(old) },
      });
      await tx.role.updateMany({ where: { id: 'trainer' }, data: { permissions: [] } });
    });
    const two = await startApi(site, fresh.appUrl);
    await two.stop();
    expect((await row('inspector')).permissions.length).toBeGreaterThan(0);
    expect((await row('trainer')).permissions).toEqual([]);
    await database.close();
  });
});
