import { EventEmitter } from 'node:events';
import type { WebSocket } from '@fastify/websocket';
import pino from 'pino';
import { expect, it, vi } from 'vitest';
import type { Auth } from '../access/auth.ts';
import { createMetrics } from '../metrics.ts';
import { LiveEvents } from './live-events.ts';

/** A socket with a simulated slow reader. */
class SlowSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  sent: { type: string }[] = [];
  closed: number | null = null;
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close(code: number) {
    this.closed = code;
  }
  ping() {}
  terminate() {
    this.closed = 1006;
  }
}

const auth: Auth = {
  issue: () => ({ accessToken: '', expiresAt: '' }),
  stillSignedIn: async () => null,
  verify: async () => ({
    session: 's',
    expiresAt: new Date(Date.now() + 60_000),
    account: {
      tenant: 'demo',
      id: '1',
      username: 'operator',
      displayName: { zh: '值班', en: 'Operator' },
      roles: ['operator'],
      permissions: new Map([
        ['violation:read', 'all'],
        ['live:watch', 'all'],
      ] as const),
      person: null,
      site: null,
      department: null,
      departments: [],
    },
  }),
};

async function connected(topics: string[]) {
  const live = new LiveEvents(auth, pino({ level: 'silent' }), createMetrics());
  live.offer('violations');
  live.offer('cameras');
  live.offer('observations:');
  const socket = new SlowSocket();
  live.accept(socket as unknown as WebSocket);
  socket.emit('message', JSON.stringify({ type: 'auth', token: 'x' }));
  socket.emit('message', JSON.stringify({ type: 'subscribe', topics }));
  // Both are processed one after the other, in promises.
  await new Promise((resolve) => setImmediate(resolve));
  const types = () => socket.sent.map(({ type }) => type);
  const say = (message: object) => socket.emit('message', JSON.stringify(message));
  return { live, socket, types, say };
}

it('a slow browser loses observations but no violation; a stuck one is disconnected', async () => {
  const { live, socket, types } = await connected(['violations', 'observations:hall-west']);
  socket.bufferedAmount = 300 * 1024;
  live.push('demo', 'observations:hall-west', { type: 'observation' });
  live.push('demo', 'violations', { type: 'violation' });
  expect(types()).toEqual(['ready', 'violation']);
  socket.bufferedAmount = 9 * 1024 * 1024;
  live.push('demo', 'violations', { type: 'violation' });
  expect(types()).toEqual(['ready', 'violation']);
  expect(socket.closed).toBe(4408);
  live.close();
});

it('nothing of another tenant or without the permission is sent', async () => {
  const { live, types } = await connected(['violations', 'cameras']);
  live.push('other', 'violations', { type: 'violation' });
  live.push('demo', 'cameras', { type: 'camera-health' });
  expect(types()).toEqual(['ready', 'error']);
  expect(live.wanted('demo', 'cameras')).toBe(false);
  live.close();
});

it('a browser that signed in hears every ten seconds that its connection is alive', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { live, types } = await connected([]);
  const stranger = new SlowSocket();
  live.accept(stranger as unknown as WebSocket);
  vi.advanceTimersByTime(30_000);
  expect(types()).toEqual(['ready', 'beat', 'beat', 'beat']);
  expect(stranger.sent).toEqual([]);
  live.close();
  stranger.emit('close');
  vi.useRealTimers();
});

it('a browser that disconnects while it signs in leaves no timer', async () => {
  vi.useFakeTimers();
  const live = new LiveEvents(auth, pino({ level: 'silent' }), createMetrics());
  const before = vi.getTimerCount();
  const socket = new SlowSocket();
  live.accept(socket as unknown as WebSocket);
  socket.emit('message', JSON.stringify({ type: 'auth', token: 'x' }));
  socket.emit('close');
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(before);
  live.close();
  vi.useRealTimers();
});

it('a browser has limits for topics and messages', async () => {
  const { live, socket, types, say } = await connected([]);
  for (let part = 0; part < 5; part++) {
    const topics = Array.from({ length: 64 }, (_, i) => `observations:camera-${part}-${i}`);
    say({ type: 'subscribe', topics });
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(types().filter((type) => type === 'error')).toHaveLength(64);
  expect(socket.closed).toBeNull();
  for (let i = 0; i < 101; i++) say({ type: 'auth', token: 'x' });
  expect(socket.closed).toBe(1006);
  live.close();
});

it('the oldest that has not signed in gives way, of the address that has the most', () => {
  const live = new LiveEvents(auth, pino({ level: 'silent' }), createMetrics());
  const open = (address: string) => {
    const socket = new SlowSocket();
    live.accept(socket as unknown as WebSocket, address);
    return socket;
  };
  const closed = (sockets: SlowSocket[]) =>
    sockets.flatMap(({ closed }, i) => (closed === 1013 ? [i] : []));
  const crowd = Array.from({ length: 102 }, () => open('203.0.113.7'));
  expect(closed(crowd)).toEqual([0, 1]);
  const others = Array.from({ length: 901 }, (_, i) => open(`198.51.100.${i}`));
  // All are full: the crowd gives way, and no address with one connection does.
  expect(closed(crowd)).toEqual([0, 1, 2]);
  expect(closed(others)).toEqual([]);
  for (const socket of [...crowd, ...others]) socket.emit('close');
  live.close();
});

it('the connections of a session are limited', async () => {
  const live = new LiveEvents(auth, pino({ level: 'silent' }), createMetrics());
  const sockets = Array.from({ length: 21 }, () => {
    const socket = new SlowSocket();
    live.accept(socket as unknown as WebSocket, '203.0.113.7');
    socket.emit('message', JSON.stringify({ type: 'auth', token: 'x' }));
    return socket;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(sockets.filter(({ sent }) => sent[0]?.type === 'ready')).toHaveLength(20);
  expect(sockets.at(-1)?.closed).toBe(1013);
  // One that leaves makes room for another.
  sockets[0]?.emit('close');
  const next = new SlowSocket();
  live.accept(next as unknown as WebSocket, '203.0.113.7');
  next.emit('message', JSON.stringify({ type: 'auth', token: 'x' }));
  await new Promise((resolve) => setImmediate(resolve));
  expect(next.sent[0]?.type).toBe('ready');
  live.close();
});
