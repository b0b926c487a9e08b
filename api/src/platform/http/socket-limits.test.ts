import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { connect as connectTls, DEFAULT_CIPHERS } from 'node:tls';
import type { ServerTls } from '@anshi/contracts/tls';
import { pino } from 'pino';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import { createMetrics } from '../metrics.ts';
import type { App } from './app-types.ts';
import { createHttpServer } from './http-server.ts';
import { type SocketLimits, usualSockets } from './socket-limits.ts';

let app: App;
let port: number;
let answer: () => void = () => {};
const metrics = createMetrics();
const sockets = new Set<Socket>();

async function open(limits: Partial<SocketLimits>, tls: ServerTls | null = null): Promise<void> {
  app = createHttpServer({
    settings: { tls, trustProxy: false, sockets: { ...usualSockets, ...limits } },
    log: pino({ level: 'silent' }),
    metrics,
  });
  app.get('/', async () => 'here');
  app.get('/slow', () => new Promise((resolve) => (answer = () => resolve('done'))));
  await app.listen({ port: 0, host: '127.0.0.1' });
  port = (app.server.address() as AddressInfo).port;
}
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await app.close();
});

/** A connection that reads and sends nothing by itself. */
async function dial(from = '127.0.0.1'): Promise<Socket & { closedAfter: Promise<number> }> {
  const began = performance.now();
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  sockets.add(socket);
  socket.resume().on('error', () => {});
  // Not `once`: a reset connection has an error first.
  const closedAfter = new Promise<number>((resolve) =>
    socket.once('close', () => resolve(performance.now() - began)),
  );
  await once(socket, 'connect');
  return Object.assign(socket, { closedAfter });
}
const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
/** Asks on an open connection, and waits for the answer. */
async function ask(socket: Socket): Promise<string> {
  socket.write(GET);
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  return bytes.toString().slice(0, 15);
}
const OK = 'HTTP/1.1 200 OK';
const isOpen = (socket: Socket) => !socket.closed;
const closedBy = async (why: string) =>
  (await metrics.closedSockets.get()).values.find(({ labels }) => labels.why === why)?.value ?? 0;

describe('a connection that asks nothing', () => {
  it.each([
    ['sends nothing', ''],
    ['stops within its headers', 'GET / HTTP/1.1\r\nhost: a\r\nx-slow: '],
  ])('is closed after the time for headers where it %s', async (_, text) => {
    await open({ headersSeconds: 0.3 });
    const slow = await dial();
    slow.write(text);
    const ms = await slow.closedAfter;
    expect(ms).toBeGreaterThanOrEqual(280);
    expect(ms).toBeLessThan(10_000);
  });

  it('that sends a byte now and then is closed as well', async () => {
    await open({ headersSeconds: 0.3 });
    const slow = await dial();
    slow.write('GET / HTTP/1.1\r\nx-slow: ');
    const drip = setInterval(() => slow.write('a'), 20);
    expect(await slow.closedAfter).toBeLessThan(10_000);
    clearInterval(drip);
  });

  it('gives way, the oldest first, to others of its address, and keeps nobody else out', async () => {
    await open({ unasked: 3 });
    const before = await closedBy('unasked');
    const inUse = await dial();
    expect(await ask(inUse)).toBe(OK);
    const idle = [await dial(), await dial(), await dial()];
    const [other, next] = [await dial('127.0.0.2'), await dial()];
    await idle[0]!.closedAfter;
    expect(await ask(next)).toBe(OK);
    expect([inUse, other, ...idle.slice(1)].map(isOpen)).toEqual([true, true, true, true]);
    expect(await ask(other)).toBe(OK);
    expect(await ask(inUse)).toBe(OK);
    expect((await closedBy('unasked')) - before).toBe(1);
  });
});

it('by TLS the same holds, from before the handshake on', async () => {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
  });
  const certificate = { cert: Buffer.from(pems.cert), key: Buffer.from(pems.private) };
  const tls = {
    ...certificate,
    minVersion: 'TLSv1.2',
    ciphers: '',
    honorCipherOrder: true,
  } as const;
  await open({ unasked: 2, headersSeconds: 1 }, { ...tls, ciphers: DEFAULT_CIPHERS });
  const inUse = connectTls({
    port,
    host: '127.0.0.1',
    ca: pems.cert,
    checkServerIdentity: () => undefined,
  });
  sockets.add(inUse);
  await once(inUse, 'secureConnect');
  expect(await ask(inUse)).toBe(OK);
  const idle = [await dial(), await dial(), await dial()];
  await idle[0]!.closedAfter;
  expect(await ask(inUse)).toBe(OK);
  // No handshake comes: the others end as well.
  for (const { closedAfter } of idle) expect(await closedAfter).toBeLessThan(10_000);
});

describe('connections that have asked', () => {
  it('are limited by address: the oldest that waits for nothing gives way, one that is answered stays', async () => {
    await open({ ofAddress: 3 });
    const busy = await dial();
    busy.write('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n');
    const kept = [await dial(), await dial()];
    for (const socket of kept) expect(await ask(socket)).toBe(OK);
    const [other, next] = [await dial('127.0.0.2'), await dial()];
    await kept[0]!.closedAfter;
    expect(await ask(next)).toBe(OK);
    expect(await ask(other)).toBe(OK);
    const answered = once(busy, 'data');
    answer();
    expect(String((await answered)[0])).toContain('200 OK');
    expect(isOpen(kept[1]!)).toBe(true);
  });

  it('are limited in all: the address that has the most gives way', async () => {
    await open({ all: 4 });
    const crowd = [await dial(), await dial(), await dial()];
    for (const socket of crowd) expect(await ask(socket)).toBe(OK);
    const others = [await dial('127.0.0.2'), await dial('127.0.0.3')];
    await crowd[0]!.closedAfter;
    for (const socket of [...others, ...crowd.slice(1)]) expect(await ask(socket)).toBe(OK);
  });
});
