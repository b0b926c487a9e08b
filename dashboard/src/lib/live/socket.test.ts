import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Violation } from '$lib/api/types.ts';
import { violationOf } from '../../test/violation.ts';
import type { ServerMessage } from './messages.ts';
import { Newest } from './newest.ts';
import { type LinkState, LiveSocket, longestSilence, type SocketLike } from './socket.ts';

class FakeSocket implements SocketLike {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  sent: { type: string; topics?: string[]; token?: string }[] = [];
  closed = false;
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) } as never);
  }
  becomeReady(): void {
    this.onopen?.({} as never);
    this.say({ type: 'ready' });
  }
  drop(code = 1006): void {
    this.onclose?.({ code } as never);
  }
}

let sockets: FakeSocket[];
let states: LinkState[];
let ready: boolean[];
let token: string | null;
let link: LiveSocket;
const last = (): FakeSocket => sockets.at(-1) as FakeSocket;
const state = (): LinkState => states.at(-1) as LinkState;

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  states = [];
  ready = [];
  token = 'secret';
  link = new LiveSocket({
    open: () => {
      sockets.push(new FakeSocket());
      return last();
    },
    token: () => token,
    onState: (next) => states.push(next),
    onReady: (again) => ready.push(again),
    random: () => 0.5,
  });
});
afterEach(() => {
  link.stop();
  vi.useRealTimers();
});

describe('live connection', () => {
  it('signs in first and subscribes when the server is ready', () => {
    link.subscribe('violations');
    link.start();
    last().becomeReady();
    expect(last().sent).toEqual([
      { type: 'auth', token: 'secret' },
      { type: 'subscribe', topics: ['violations'] },
    ]);
    expect(state()).toEqual({ name: 'open' });
    expect(ready).toEqual([false]);
  });

  it('backs off after each failure, up to 30 s, and reports the next attempt', () => {
    link.start();
    const waits = Array.from({ length: 7 }, () => {
      last().drop();
      const now = state();
      const wait = now.name === 'waiting' ? now.retryAt - Date.now() : -1;
      vi.advanceTimersByTime(wait);
      return wait;
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(sockets).toHaveLength(8);
  });

  it('resubscribes, and reports the loss', () => {
    const leave = link.subscribe('observations:hall-west');
    link.subscribe('violations');
    link.start();
    last().becomeReady();
    last().drop();
    leave();
    link.subscribe('cameras');
    vi.advanceTimersByTime(1_000);
    last().becomeReady();
    expect(last().sent.at(-1)).toEqual({ type: 'subscribe', topics: ['violations', 'cameras'] });
    expect(ready).toEqual([false, true]);
    // After a good connection the delay starts from the beginning.
    last().drop();
    const now = state();
    expect(now.name === 'waiting' && now.retryAt - Date.now()).toBe(1_000);
  });

  it('unsubscribes a topic with its last subscriber', () => {
    link.start();
    last().becomeReady();
    const first = link.subscribe('violations');
    const second = link.subscribe('violations');
    first();
    first();
    expect(last().sent.filter((message) => message.type === 'unsubscribe')).toEqual([]);
    second();
    expect(last().sent.slice(1)).toEqual([
      { type: 'subscribe', topics: ['violations'] },
      { type: 'unsubscribe', topics: ['violations'] },
    ]);
  });

  it('closes a connection that never becomes ready', () => {
    link.start();
    last().onopen?.({} as never);
    vi.advanceTimersByTime(10_000);
    expect(sockets[0]?.closed).toBe(true);
    expect(state().name).toBe('waiting');
  });

  it('does not reconnect with a refused token', () => {
    link.start();
    last().becomeReady();
    last().drop(4401);
    expect(state()).toEqual({ name: 'refused' });
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
  });

  it('passes messages on until unsubscribed, and none of a closed connection', () => {
    const seen: ServerMessage['type'][] = [];
    const mute = link.listen((message) => seen.push(message.type));
    link.start();
    const old = last();
    old.becomeReady();
    const listener = old.onmessage;
    old.drop();
    listener?.({ data: '{"type":"error"}' } as never);
    vi.advanceTimersByTime(1_000);
    last().becomeReady();
    mute();
    last().say({ type: 'error' });
    expect(seen).toEqual(['ready', 'ready']);
  });

  it('drops an outdated version of a violation', () => {
    const newest = new Newest<Violation>();
    link = new LiveSocket({
      open: () => {
        sockets.push(new FakeSocket());
        return last();
      },
      token: () => token,
      onState: () => {},
      onReady: () => {},
      isNews: (message) => message.type !== 'violation' || newest.take(message.violation),
    });
    const seen: string[] = [];
    link.listen((message) => {
      if (message.type === 'violation') seen.push(`${message.change} ${message.violation.version}`);
    });
    link.start();
    last().becomeReady();
    const pushed = (change: string, version: number) =>
      last().say({ type: 'violation', change, violation: violationOf(1, { version }) });
    pushed('updated', 2);
    pushed('recorded', 1);
    pushed('updated', 3);
    expect(seen).toEqual(['updated 2', 'updated 3']);
  });

  it('continues with the next token in the open connection, and reconnects after a refusal', () => {
    link.start();
    last().becomeReady();
    link.renew('next');
    expect(sockets).toHaveLength(1);
    expect(last().sent.at(-1)).toEqual({ type: 'auth', token: 'next' });
    last().drop(4401);
    token = 'third';
    link.renew('third');
    last().becomeReady();
    expect(sockets).toHaveLength(2);
    expect(last().sent[0]).toEqual({ type: 'auth', token: 'third' });
  });

  it('takes an open connection for lost after silence, and connects again', () => {
    link.start();
    last().becomeReady();
    // The API sends a message every 10 s.
    for (let n = 0; n < 6; n++) {
      vi.advanceTimersByTime(10_000);
      last().say({ type: 'beat' });
    }
    expect(state()).toEqual({ name: 'open' });
    vi.advanceTimersByTime(longestSilence + 2_000);
    expect(sockets[0]?.closed).toBe(true);
    expect(states.map(({ name }) => name)).toContain('waiting');
    vi.advanceTimersByTime(1_000);
    expect(sockets).toHaveLength(2);
    last().becomeReady();
    expect(ready).toEqual([false, true]);
  });

  it('notices within two seconds of waking that the computer slept', () => {
    link.start();
    last().becomeReady();
    vi.advanceTimersByTime(4_000);
    // Timers stand still in a sleep; the clock goes on.
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(2_000);
    expect(sockets[0]?.closed).toBe(true);
    expect(state().name).toBe('waiting');
  });

  it('reconnects at once when asked', () => {
    link.start();
    last().drop();
    link.retryNow();
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(5_000);
    expect(sockets).toHaveLength(2);
  });
});
