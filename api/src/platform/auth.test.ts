import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import type { App } from './app-types.ts';
import { guardRoutes, passwordMatches } from './auth.ts';
import type { Database } from './database.ts';

const database: Database = {
  transaction: () => Promise.reject(new Error('not asked here')),
  ping: async () => {},
  close: async () => {},
};

async function guarded(): Promise<App> {
  const app = fastify() as unknown as App;
  await guardRoutes(app, {
    database,
    tenant: 'demo',
    tokenSecret: 'a secret for tests that is long enough',
    workerToken: 'the-token-of-the-workers',
    demo: false,
  });
  return app;
}

describe('a route', () => {
  it('that does not say who may use it makes the start fail', async () => {
    const app = await guarded();
    expect(() => app.get('/api/v1/open', async () => 'everything')).toThrow(
      /GET \/api\/v1\/open must say who may use it/,
    );
    expect(() =>
      app.get('/both', { config: { public: true, worker: true } }, async () => ''),
    ).toThrow('exactly one of');
  });

  it('with a permission, for workers or for anyone is taken', async () => {
    const app = await guarded();
    app.get('/user', { config: { permission: 'violation:read' } }, async () => '');
    app.get('/worker', { config: { worker: true } }, async () => 'for a worker');
    app.get('/anyone', { config: { public: true } }, async () => 'for anyone');
    expect((await app.inject('/anyone')).body).toBe('for anyone');
    expect((await app.inject('/user')).statusCode).toBe(401);
    expect((await app.inject('/worker')).statusCode).toBe(401);
    const worker = await app.inject({
      url: '/worker',
      headers: { authorization: 'Bearer the-token-of-the-workers' },
    });
    expect(worker.body).toBe('for a worker');
  });
});

describe('a password', () => {
  it('never matches where there is no account', async () => {
    expect(await passwordMatches(null, 'nobody has this password')).toBe(false);
  });
});
