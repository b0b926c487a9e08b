import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../platform/access/passwords.ts';
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
import { FREE_OF_ALL } from './throttle.ts';

let site: Site;
let api: RunningApi;
let urls: DatabaseUrls;
const { read, login, signIn, refresh, me, sql, withCookie } = sessionHelpers(() => ({ api, urls }));

beforeAll(async () => {
  site = await openSite();
  urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
});
afterAll(async () => {
  await api?.stop();
  await site?.stop();
});

const LIVE_OF_BUYER = `SELECT s.id FROM session s JOIN app_user u ON u.id = s.user_id
  WHERE u.username = 'buyer' AND s.ended_at IS NULL`;

describe('attacks on sessions', () => {
  it('the cookie is of no use to a page of another site', async () => {
    const victim = await signIn('buyer');
    const ask = (path: string, headers: Record<string, string>) =>
      api.post(`/api/v1/auth/${path}`, {}, { cookie: victim.cookie, ...headers });
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `${api.url}.evil.example` },
      { 'sec-fetch-site': 'cross-site' },
      {},
    ] as Record<string, string>[]) {
      for (const path of ['refresh', 'logout']) {
        const answer = await ask(path, headers);
        expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'auth.origin' }]);
        expect(answer.headers.get('set-cookie')).toBeNull();
      }
    }
    const forged = await api.post(
      '/api/v1/auth/login',
      { username: 'operator', password: PASSWORD },
      { origin: 'https://evil.example' },
    );
    expect(forged.status).toBe(403);
    expect((await refresh(victim.cookie)).status).toBe(200);
  });

  it('forged, expired, foreign and unsigned tokens are refused', async () => {
    const good = await signIn('buyer');
    const claims = JSON.parse(
      Buffer.from(good.token.split('.')[1] ?? '', 'base64url').toString(),
    ) as Record<string, unknown>;
    const secret = api.settings.tokenSecret;
    const make = (changes: object, header: object = { alg: 'HS256', typ: 'JWT' }, key = secret) => {
      const text = [header, { ...claims, ...changes }]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
    };
    expect(await me({ authorization: `Bearer ${make({})}` })).toBe(200);
    const manager = await signIn('manager');
    const bad = {
      'of another key': make({}, undefined, 'a guess at the secret that signs'),
      'with alg none': `${make({}, { alg: 'none', typ: 'JWT' }).split('.').slice(0, 2).join('.')}.`,
      'over since a second': make({ exp: Math.floor(Date.now() / 1000) - 1 }),
      'of another tenant': make({ tenant: 'other' }),
      'of a session of someone else': make({ sub: manager.user.id }),
      'of no session': make({ sid: undefined }),
      'of a session that never was': make({ sid: '01AAAAAAAAAAAAAAAAAAAAAAAA' }),
      'with another payload': good.token.replace(
        /\.[^.]+\./,
        `.${make({ sub: 'x' }).split('.')[1]}.`,
      ),
    };
    for (const [what, token] of Object.entries(bad)) {
      expect([what, await me({ authorization: `Bearer ${token}` })]).toEqual([what, 401]);
    }
    for (const cookie of ['anshi_refresh=', 'anshi_refresh=AAAA', `anshi_refresh=${good.token}`]) {
      expect((await refresh(cookie)).status).toBe(401);
    }
  });

  it('a thousand guesses on one name from as many addresses cost little; fifty are compared', async () => {
    const guesses = await startApi(site, urls.appUrl, { trustProxy: true });
    const began = process.cpuUsage();
    const beganAt = performance.now();
    const statuses = new Map<number, number>();
    for (let block = 0; block < 20; block++) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          guesses.post(
            '/api/v1/auth/login',
            { username: 'env', password: `guess number ${block * 50 + i}` },
            { 'x-forwarded-for': `10.${block}.${i}.1` },
          ),
        ),
      );
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    const cost = process.cpuUsage(began);
    const seconds = (cost.user + cost.system) / 1e6;
    // On a very busy machine the 30 s lock may expire meanwhile; then one more is checked and the
    // next lock is twice as long.
    const looks = FREE_OF_ALL + Math.floor(Math.log2((performance.now() - beganAt) / 30_000 + 1));
    expect(statuses.get(401)).toBeLessThanOrEqual(looks);
    expect(statuses.get(429)).toBeGreaterThanOrEqual(1000 - looks);
    // Checking a thousand passwords would take 40 s of a core.
    expect(seconds).toBeLessThan(30);
    const lines = await sql<{ action: string }>(
      "SELECT l.action FROM audit_log l JOIN app_user u ON u.id = l.entity_id WHERE u.username = 'env'",
    );
    const failed = lines.filter(({ action }) => action === 'sign-in-failed');
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThanOrEqual(looks);
    expect(lines.map(({ action }) => action)).toContain('sign-in-blocked');
    // The lock expires, and the refused attempts are logged afterwards.
    await sql('UPDATE sign_in_throttle SET blocked_until = now() WHERE blocked_until > now()');
    expect((await login('env', PASSWORD, undefined, guesses)).status).toBe(200);
    const [told] = await sql<{ refused: number }>(
      `SELECT sum((l.after ->> 'refusedBefore')::int)::int AS refused
       FROM audit_log l JOIN app_user u ON u.id = l.entity_id
       WHERE u.username = 'env' AND l.action IN ('sign-in', 'sign-in-blocked')`,
    );
    expect(told?.refused).toBe(statuses.get(429));
    await guesses.stop();
  });

  it('forged cookies are rate-limited per address', async () => {
    const many = await startApi(site, urls.appUrl, { trustProxy: true });
    const guess = async (path: string, seen: string) =>
      (
        await many.post(
          `/api/v1/auth/${path}`,
          {},
          { ...withCookie('anshi_refresh=made-up', many), 'x-forwarded-for': seen },
        )
      ).status;
    for (const path of ['refresh', 'logout']) {
      const answers = [];
      for (let block = 0; block < 13; block++) {
        answers.push(
          ...(await Promise.all(Array.from({ length: 50 }, () => guess(path, '10.66.0.1')))),
        );
      }
      expect(answers.filter((status) => status === 429).length).toBeGreaterThanOrEqual(50);
      expect(await guess(path, '10.66.0.2')).not.toBe(429);
    }
    await many.stop();
  });

  it('the lock is shared by all processes, and grows with each failed attempt', async () => {
    const second = await startApi(site, urls.appUrl);
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) {
      const to = i % 2 ? api : second;
      await login('maintainer', `wrong-${i}`, undefined, to);
      if (i < 4) continue;
      const blocked = await login('maintainer', PASSWORD, undefined, to === api ? second : api);
      expect(blocked.status).toBe(429);
      waits.push(Number(blocked.headers.get('retry-after')));
      await sql('UPDATE sign_in_throttle SET blocked_until = now() WHERE blocked_until > now()');
    }
    expect(waits[0]).toBeLessThanOrEqual(30);
    expect(waits[1]).toBeGreaterThan(30);
    expect(waits[2]).toBeGreaterThan(60);
    expect((await login('maintainer')).status).toBe(200);
    await second.stop();
  });

  it('a password changed during its verification starts no session', async () => {
    const many = await startApi(site, urls.appUrl, { trustProxy: true });
    await sql('DELETE FROM sign_in_throttle');
    for (const change of [
      'active = false',
      "password_hash = (SELECT password_hash || 'x' FROM app_user WHERE username = 'buyer')",
    ]) {
      const from = (i: number) => ({ 'x-forwarded-for': `10.77.${i}.1` });
      const log = (username: string, password: string, i: number) =>
        many.post('/api/v1/auth/login', { username, password }, from(i));
      // Its verification is queued behind others; the hash was read before the change.
      const before = Array.from({ length: 24 }, (_, i) => log(`nobody-${i}`, 'not this', i));
      await until(
        async () => (await sql('SELECT 1 FROM sign_in_throttle')).length >= 24,
        'they are queued',
      );
      const late = log('buyer', PASSWORD, 99);
      await until(
        async () => (await sql('SELECT 1 FROM sign_in_throttle')).length >= 25,
        'it waits too',
      );
      await sql('SELECT pg_sleep(0.1)');
      const [row] = await sql<{ hash: string }>(
        "SELECT password_hash AS hash FROM app_user WHERE username = 'buyer'",
      );
      // As in the program: the change ends every session, including those started until then.
      await sql(
        `BEGIN;
         UPDATE app_user SET ${change} WHERE username = 'buyer';
         UPDATE session SET ended_at = now(), end_reason = 'locked' WHERE ended_at IS NULL
           AND user_id = (SELECT id FROM app_user WHERE username = 'buyer');
         COMMIT`,
      );
      const answer = await late;
      await Promise.all(before);
      await sql("UPDATE app_user SET active = true, password_hash = $1 WHERE username = 'buyer'", [
        row?.hash,
      ]);
      await sql('DELETE FROM sign_in_throttle');
      // On a very slow machine the session started before the change, and was ended by it.
      if (answer.status === 200) {
        const { bearer } = await read(answer);
        await until(async () => (await me(bearer, many)) === 401, 'the session ended');
      } else expect(answer.status).toBe(401);
      expect(await sql(LIVE_OF_BUYER)).toEqual([]);
    }
    expect((await login('buyer')).status).toBe(200);
    await many.stop();
  });

  it('neither the response nor its cost reveals which names exist', async () => {
    // Accounts of tests have cheap hashes; these have the cost of production.
    await sql('UPDATE app_user SET password_hash = $1', [await hashPassword(PASSWORD)]);
    const many = await startApi(site, urls.appUrl, { trustProxy: true });
    const timed = async (username: string, i: number) => {
      // CPU time, which other programs affect less than wall-clock time.
      const began = process.cpuUsage();
      const answer = await many.post(
        '/api/v1/auth/login',
        { username, password: 'not this' },
        { 'x-forwarded-for': `10.9.${i}.1` },
      );
      const body = (await answer.json()) as { requestId?: string };
      const cost = process.cpuUsage(began);
      return { ms: (cost.user + cost.system) / 1000, status: answer.status, body };
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let i = 0; i < 12; i++) {
      const name = ['head.press', 'auditor', 'custodian', 'worker.press'][i % 4] as string;
      const a = await timed(name, i);
      const b = await timed(`someone-${i % 4}`, i);
      expect(a.body).toEqual(b.body);
      known.push(a.ms);
      unknown.push(b.ms);
    }
    const median = (list: number[]) => list.sort((a, b) => a - b)[list.length >> 1] ?? 0;
    const ratio = median(known) / median(unknown);
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(2.5);
    // After the fifth from one address both are blocked alike.
    for (let i = 0; i < 5; i++) await timed('auditor', 99);
    for (let i = 0; i < 5; i++) await timed('someone-1', 99);
    const [a, b] = [await timed('auditor', 99), await timed('someone-1', 99)];
    expect([a.status, b.status]).toEqual([429, 429]);
    await sql('DELETE FROM sign_in_throttle');
    await many.stop();
  });
});
