import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Account } from '../access/account.ts';
import type { App } from '../http/app-types.ts';
import { createHttpServer } from '../http/http-server.ts';
import { usualSockets } from '../http/socket-limits.ts';
import { createMetrics } from '../metrics.ts';
import { done, routesOf } from './routes.ts';
import { lookedAtVersion } from './schemas.ts';

const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
/** What was registered, by method and address. */
let declared: Map<string, { schema?: { response?: object; tags?: readonly string[] } }>;
let app: App;

beforeEach(() => {
  declared = new Map();
  const settings = { tls: null, trustProxy: false, sockets: usualSockets };
  app = createHttpServer({
    settings: settings as never,
    log: pino({ level: 'silent' }),
    metrics: createMetrics(),
  });
  app.decorateRequest('account', null);
  app.addHook('onRequest', async (request) => {
    request.account = { id: 'me', tenant: 'demo' } as unknown as Account;
  });
  app.addHook('onRoute', (route) => {
    declared.set(`${String(route.method)} ${route.url}`, route as never);
  });
});

const base = { permission: 'self', operationId: 'x', summary: 'X' } as const;
const statusesOf = (key: string) =>
  Object.keys(declared.get(key)?.schema?.response ?? {}).map(Number);

describe('a declared route', () => {
  it('has the problems derived from its declaration', () => {
    const route = routesOf(app, 'things');
    const answer = z.object({});
    const handle = () => ({});
    route.get('/things', { ...base, answer, handle });
    route.get('/things/:id', { ...base, answer, handle });
    const body = z.strictObject({ version: lookedAtVersion });
    route.patch('/things/:id', { ...base, body, answer, problems: [422], handle });
    expect(statusesOf('GET /api/v1/things')).toEqual([200, 401, 403, 503]);
    expect(statusesOf('GET /api/v1/things/:id')).toEqual([200, 400, 401, 403, 404, 503]);
    const all = [200, 400, 401, 403, 404, 409, 413, 415, 422, 503, 507];
    expect(statusesOf('PATCH /api/v1/things/:id')).toEqual(all);
    expect(declared.get('GET /api/v1/things')?.schema?.tags).toEqual(['things']);
  });

  it('passes the caller and the parsed parts of the request to its handler', async () => {
    routesOf(app, 'things').post('/things/:id', {
      ...base,
      query: z.object({ n: z.coerce.number() }),
      body: z.object({ name: z.string().trim() }),
      created: z.object({ said: z.string() }),
      handle: ({ user, params, query, body }) => ({
        said: `${user.account.id} ${params.id} ${query.n + 1} ${body.name}`,
      }),
    });
    const url = `/api/v1/things/${ID}?n=1`;
    const answer = await app.inject({ method: 'POST', url, payload: { name: ' a ' } });
    expect([answer.statusCode, answer.json()]).toEqual([201, { said: `me ${ID} 2 a` }]);
    const wrong = await app.inject({ method: 'POST', url: '/api/v1/things/no-id?n=1' });
    expect([wrong.statusCode, wrong.json().code]).toEqual([400, 'request.invalid']);
  });

  it('answers 204 or 202 without a body, and the status set by the handler', async () => {
    const route = routesOf(app, 'things');
    const handle = async () => {};
    route.delete('/things/:id', { ...base, handle });
    route.post('/things/:id/retry', { ...base, accepted: done, handle });
    const answer = z.object({ again: z.boolean() });
    route.put('/things/:id', {
      ...base,
      answer,
      created: answer,
      handle: ({ reply }) => reply.code(201).send({ again: false }),
    });
    const statusOf = async (method: 'DELETE' | 'POST' | 'PUT', path = '') => {
      const { statusCode, body } = await app.inject({ method, url: `/api/v1/things/${ID}${path}` });
      return [statusCode, body];
    };
    expect(await statusOf('DELETE')).toEqual([204, '']);
    expect((await statusOf('POST', '/retry'))[0]).toBe(202);
    expect(await statusOf('PUT')).toEqual([201, '{"again":false}']);
  });

  it('keeps the status of a problem', async () => {
    routesOf(app, 'things').post('/things', {
      ...base,
      created: z.object({}),
      handle: () => Promise.reject(new Error('broken')),
    });
    expect((await app.inject({ method: 'POST', url: '/api/v1/things' })).statusCode).toBe(500);
  });
});
