import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { createMetrics } from '../metrics.ts';
import { createHttpServer } from './http-server.ts';
import { usualSockets } from './socket-limits.ts';

const app = createHttpServer({
  settings: { tls: null, trustProxy: false, sockets: usualSockets },
  log: pino({ level: 'silent' }),
  metrics: createMetrics(),
});
let port: number;

beforeAll(async () => {
  app.post('/echo', async (request) => ({ body: request.body }));
  app.get('/broken', async () => {
    throw new Error('SELECT 4711 failed at /srv/anshi/secret.ts');
  });
  app.get('/one', { schema: { querystring: z.object({ name: z.string() }) } }, async () => 'one');
  await app.listen({ port: 0, host: '127.0.0.1' });
  port = (app.server.address() as AddressInfo).port;
});
afterAll(() => app.close());

/** Sends bytes as they are. @returns all that came back. */
async function send(text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (bytes: Buffer) => {
    answer += bytes.toString();
  });
  socket.end(text);
  await once(socket, 'close');
  return answer;
}

it.each([
  ['both lengths', 'content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['two lengths', 'content-length: 2\r\ncontent-length: 20\r\n\r\n{}'],
  ['a length that is no number', 'content-length: +2\r\n\r\n{}'],
  ['an odd encoding', 'transfer-encoding: xchunked\r\n\r\n0\r\n\r\n'],
  ['a folded header', 'content-length: 2\r\n x: y\r\n\r\n{}'],
])('a request with %s ends the connection, and what follows is not read', async (_, rest) => {
  const head = 'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';
  const answer = await send(`${head}${rest}GET /second HTTP/1.1\r\nhost: a\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

it.each(['TRACE', 'TRACK', 'CONNECT'])(
  '%s is refused, and nothing is sent back',
  async (method) => {
    const answer = await send(`${method} /echo HTTP/1.1\r\nhost: a\r\nx-secret: 4711\r\n\r\n`);
    expect(answer).not.toMatch(/^HTTP\/1\.1 2/);
    expect(answer).not.toContain('4711');
  },
);

it.each(['{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{"admin":true}}}'])(
  'the body %s does not reach a prototype: it is refused',
  async (payload) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'POST', url: '/echo', headers, payload });
    expect([answer.statusCode, ({} as { admin?: boolean }).admin]).toEqual([400, undefined]);
  },
);

it('a parameter that is given twice is refused, not chosen from', async () => {
  expect((await app.inject('/one?name=a')).statusCode).toBe(200);
  expect((await app.inject('/one?name=a&name=b')).statusCode).toBe(400);
  expect((await app.inject('/one?name[]=a')).statusCode).toBe(400);
});

it('an unexpected error says nothing of the program, and has the number of the request', async () => {
  const answer = await app.inject('/broken');
  expect(answer.json()).toMatchObject({ status: 500, requestId: expect.any(String) });
  expect(answer.body).not.toMatch(/4711|secret|SELECT|\.ts/);
});
