import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from './app-types.ts';
import { cutSlowBodies } from './slow-bodies.ts';

const WITHIN_MS = 300;
let app: App;
let port: number;
let streamed = '';

beforeAll(async () => {
  app = fastify({ forceCloseConnections: true }) as unknown as App;
  cutSlowBodies(app, WITHIN_MS);
  app.addContentTypeParser('application/x-stream', (_request, payload, done) =>
    done(null, payload),
  );
  app.post('/json', async ({ body }) => body);
  app.post(
    '/refused',
    { onRequest: async (_request, reply) => void (await reply.code(401).send('no')) },
    async () => 1,
  );
  app.post('/stream', async ({ body }) => {
    for await (const part of body as Readable) streamed += String(part);
    return 'ok';
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
});
afterAll(() => app?.close());

/**
 * Sends the headers and one of ten bytes, plus more where given; resolves with the whole response.
 */
function slowly(path: string, type: string, rest: (socket: Socket) => void = () => {}) {
  return new Promise<{ text: string; ms: number }>((resolve) => {
    const began = performance.now();
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (part) => {
      text += String(part);
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve({ text, ms: performance.now() - began }));
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\ncontent-length: 10\r\n\r\n{`,
    );
    rest(socket);
  });
}

describe('an incomplete body', () => {
  it('closes the connection, also where the request was answered before', async () => {
    for (const path of ['/json', '/refused']) {
      const { text, ms } = await slowly(path, 'application/json');
      expect(ms).toBeGreaterThanOrEqual(WITHIN_MS - 20);
      expect(ms).toBeLessThan(5_000);
      expect(text.startsWith('HTTP/1.1 401')).toBe(path === '/refused');
    }
  });

  it('is awaited where it is streamed to the disk', async () => {
    const { text } = await slowly('/stream', 'application/x-stream', (socket) => {
      setTimeout(() => socket.write('123456789'), WITHIN_MS * 2);
      socket.on('data', () => socket.end());
    });
    expect(text).toMatch(/^HTTP\/1\.1 200/);
    expect(streamed).toBe('{123456789');
  });

  it('a complete body is read normally', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/json`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    });
    expect(await answer.json()).toEqual({ a: 1 });
  });
});
