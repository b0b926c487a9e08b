import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import type { App } from '../http/app-types.ts';
import { Problem } from '../http/errors.ts';
import type { Account } from './account.ts';
import type { Accounts } from './accounts.ts';
import { guardRoutes } from './auth.ts';
import { checkPassword, hashPassword, passwordMatches } from './passwords.ts';

const accounts: Accounts = {
  ofSession: async () => null,
  byId: async () => null,
  byName: async () => null,
};

const wen: Account = {
  tenant: 'demo',
  id: 'wen',
  username: 'wen',
  displayName: { zh: '文', en: 'Wen' },
  roles: [],
  permissions: new Map([['violation:read', 'all']]),
  person: null,
  site: null,
  department: null,
  departments: [],
};

async function guarded(app = fastify() as unknown as App, known = accounts) {
  const auth = await guardRoutes(app, {
    accounts: known,
    tenant: 'demo',
    tokenSecret: 'a secret for tests that is long enough',
    devices: {
      async check({ headers }) {
        if (headers.authorization !== 'Bearer of-a-worker') throw new Problem('device.refused');
        return { kind: 'worker', credential: 'c', name: 'worker-1', speaksFor: [] };
      },
    },
    accessMinutes: 15,
  });
  return Object.assign(app, { auth });
}

describe('a route', () => {
  it('without access rules makes the start fail', async () => {
    const app = await guarded();
    expect(() => app.get('/api/v1/open', async () => 'everything')).toThrow(
      /GET \/api\/v1\/open must say who may use it/,
    );
    expect(() =>
      app.get('/both', { config: { public: true, device: { kinds: ['worker'] } } }, async () => ''),
    ).toThrow('exactly one of');
    expect(() =>
      app.get('/odd', { config: { permission: 'dragon:ride' as 'user:read' } }, async () => ''),
    ).toThrow('names the permission "dragon:ride"');
  });

  it('with a permission, for devices or public is accepted', async () => {
    const app = await guarded();
    app.get('/user', { config: { permission: 'violation:read' } }, async () => '');
    app.get('/worker', { config: { device: { kinds: ['worker'] } } }, async () => 'for a worker');
    app.get('/anyone', { config: { public: true } }, async () => 'for anyone');
    expect((await app.inject('/anyone')).body).toBe('for anyone');
    expect((await app.inject('/user')).statusCode).toBe(401);
    expect((await app.inject('/worker')).statusCode).toBe(401);
    const worker = await app.inject({
      url: '/worker',
      headers: { authorization: 'Bearer of-a-worker' },
    });
    expect(worker.body).toBe('for a worker');
  });

  it('that is refused leaves a line of the log: who, from where, what, without the address', async () => {
    const lines: string[] = [];
    const stream = { write: (line: string) => void lines.push(line) };
    const known = {
      account: wen,
      passwordHash: '',
      mustChangePassword: false,
      secondFactor: false,
      sessions: new Map(),
    };
    const app = await guarded(fastify({ logger: { level: 'warn', stream } }) as unknown as App, {
      ...accounts,
      ofSession: async () => known,
    });
    app.get('/seen/:id', { config: { permission: 'violation:read' } }, async () => '');
    app.get('/refused/:id', { config: { permission: 'user:read' } }, async () => '');
    const headers = { authorization: `Bearer ${app.auth.issue(wen, 'here').accessToken}` };
    expect((await app.inject({ url: '/seen/7', headers })).statusCode).toBe(200);
    expect(lines).toEqual([]);
    expect((await app.inject({ url: '/refused/4711', headers })).statusCode).toBe(403);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { user: 'wen', address: '127.0.0.1', route: '/refused/:id', permission: 'user:read' },
    ]);
    expect(lines.join()).not.toContain('4711');
  });
});

describe('a password', () => {
  it('never matches without an account', async () => {
    expect(await passwordMatches(null, 'nobody has this password')).toBe(false);
  });

  it.each([
    ['seven77', 'at least 8'],
    ['x'.repeat(257), 'at most 256'],
    ['chen.wei-2026', 'user name'],
    ['Password123', 'commonest'],
    ['Liverpool1', 'commonest'],
    ['Anshi-2026!', 'words of this product'],
    ['安全安视20261234', 'words of this product'],
    ['aaaaaaaaaa', 'over and over'],
  ])('like %s is refused', (password, why) => {
    expect(() => checkPassword(password, 'chen.wei')).toThrow(why);
  });

  it('is compared as it was typed, and stored by Argon2id with the costs that OWASP asks for', async () => {
    const typed = ` Four horses, 四匹马 ${'x'.repeat(200)}`;
    const stored = await hashPassword(typed);
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwordMatches(stored, typed)).toBe(true);
    for (const other of [typed.trim(), typed.toLowerCase(), typed.slice(0, -1)]) {
      expect(await passwordMatches(stored, other)).toBe(false);
    }
  });

  it('that is a sentence is accepted, in any language', () => {
    for (const password of [
      'four horses and a cart',
      '安全生产人人有责',
      '今天天气很好我们去吃面',
      'p7#'.repeat(22),
      '8261-0394-7715',
    ]) {
      expect(() => checkPassword(password, 'chen.wei')).not.toThrow();
    }
  });
});
