import pino from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { EngineChoice, type Engines } from './engine-choice.ts';
import { EngineUnavailable, LiveRefusal } from './live-engine.ts';

/** An engine that answers, or fails as it is told. */
class SomeEngine {
  readonly name: 'mediasoup' | 'node-datachannel';
  readonly sessions = new Set<string>();
  isReady = true;
  failure: Error | null = null;

  constructor(name: 'mediasoup' | 'node-datachannel') {
    this.name = name;
  }
  get viewers() {
    return this.sessions.size;
  }
  async open(_camera: string, _ingest: unknown, session: string) {
    if (this.failure) throw this.failure;
    this.sessions.add(session);
    return { answer: `v=0 ${this.name}`, engine: this.name, reason: null };
  }
  has(session: string) {
    return this.sessions.has(session);
  }
  end(session: string) {
    return this.sessions.delete(session);
  }
  endCamera() {
    this.sessions.clear();
  }
  async close() {
    this.sessions.clear();
  }
}

/** Views of MPEG-1, without an encoder. */
class SomeStream {
  readonly name = 'node-rtsp-stream';
  readonly sessions = new Set<string>();
  get viewers() {
    return this.sessions.size;
  }
  open(_camera: string, _ingest: unknown, session: string) {
    this.sessions.add(session);
  }
  has(session: string) {
    return this.sessions.has(session);
  }
  end(session: string) {
    return this.sessions.delete(session);
  }
  endCamera() {
    this.sessions.clear();
  }
  async close() {
    this.sessions.clear();
  }
}

let best: SomeEngine;
let stream: SomeStream;
let fallback: SomeEngine;
beforeEach(() => {
  best = new SomeEngine('mediasoup');
  fallback = new SomeEngine('node-datachannel');
  stream = new SomeStream();
});
const choose = (forced: Engines['forced'] = 'auto') =>
  new EngineChoice({ best, fallback, stream, forced, log: pino({ level: 'silent' }) });
const open = (choice: EngineChoice, session = 'a') =>
  choice.open('gate', {} as never, session, 'v=0');

describe('the engine of a view', () => {
  test('is mediasoup where its worker runs', async () => {
    expect(await open(choose())).toMatchObject({ engine: 'mediasoup', reason: null });
    expect(choose().name).toBe('mediasoup');
  });

  test('is node-datachannel where mediasoup is not there, with the reason, and for later views again mediasoup', async () => {
    const choice = choose();
    best.failure = new EngineUnavailable('no-worker', 'there is none');
    best.isReady = false;
    expect(choice.name).toBe('node-datachannel');
    expect(await open(choice)).toMatchObject({ engine: 'node-datachannel', reason: 'no-worker' });
    best.failure = new Error('the worker died meanwhile');
    expect(await open(choice, 'b')).toMatchObject({ reason: 'view-failed' });
    best.failure = null;
    expect(await open(choice, 'c')).toMatchObject({ engine: 'mediasoup', reason: null });
    expect(choice.viewers).toBe(3);
    for (const session of ['a', 'b', 'c']) {
      expect(choice.has(session)).toBe(true);
      expect(choice.end(session)).toBe(true);
    }
    expect(choice.viewers).toBe(0);
  });

  test('what no engine can answer is refused at once', async () => {
    best.failure = new LiveRefusal(415, 'the viewer offers no H.264 video');
    await expect(open(choose())).rejects.toThrow('no H.264');
    expect(fallback.viewers).toBe(0);
  });

  test('can be forced', async () => {
    expect(await open(choose('node-datachannel'))).toMatchObject({
      engine: 'node-datachannel',
      reason: 'chosen',
    });
    expect(choose('node-datachannel').name).toBe('node-datachannel');
    best.failure = new EngineUnavailable('not-started', 'it does not run here');
    await expect(open(choose('mediasoup'))).rejects.toMatchObject({
      status: 503,
      message: 'ANSHI_LIVE_ENGINE asks for mediasoup: it does not run here',
    });
  });

  test('is the one that the viewer asks for, with the reason, and no other where that is not there', async () => {
    const ask = (wanted: 'mediasoup' | 'node-datachannel', forced?: Engines['forced']) =>
      choose(forced).open('gate', {} as never, 'a', 'v=0', wanted);
    for (const wanted of ['mediasoup', 'node-datachannel'] as const) {
      expect(await ask(wanted)).toMatchObject({ engine: wanted, reason: 'address' });
    }
    best.failure = new EngineUnavailable('no-worker', 'there is none');
    fallback.sessions.clear();
    await expect(ask('mediasoup')).rejects.toMatchObject({
      status: 424,
      message: 'mediasoup: there is none',
    });
    expect(fallback.viewers).toBe(0);
    await expect(ask('node-datachannel', 'mediasoup')).rejects.toMatchObject({
      status: 424,
      message: 'ANSHI_LIVE_ENGINE asks for mediasoup',
    });
    best.failure = new LiveRefusal(415, 'the viewer offers no H.264 video');
    await expect(ask('mediasoup')).rejects.toMatchObject({ status: 415 });
  });

  test('is node-rtsp-stream for a viewer that asks for its stream, and the sessions are counted together', async () => {
    const choice = choose();
    const watch = (session: string) =>
      choice.openStream('gate', {} as never, session, { write: () => {}, close: () => {} });
    watch('stream');
    await open(choice);
    expect(choice.viewers).toBe(2);
    expect(choice.has('stream')).toBe(true);
    expect(choice.end('stream')).toBe(true);
    expect(choice.has('stream')).toBe(false);
    watch('stream');
    choice.endCamera('gate');
    expect(choice.viewers).toBe(0);
  });

  test('is not node-rtsp-stream where another is forced, and nothing else where it is', async () => {
    const watch = (forced: Engines['forced']) =>
      choose(forced).openStream('gate', {} as never, 'a', { write: () => {}, close: () => {} });
    for (const forced of ['mediasoup', 'node-datachannel'] as const) {
      expect(() => watch(forced)).toThrow(`ANSHI_LIVE_ENGINE asks for ${forced}`);
    }
    expect(stream.viewers).toBe(0);
    watch('node-rtsp-stream');
    expect(stream.viewers).toBe(1);
    expect(choose('node-rtsp-stream').name).toBe('node-rtsp-stream');
    await expect(open(choose('node-rtsp-stream'))).rejects.toMatchObject({ status: 406 });
    expect(best.viewers + fallback.viewers).toBe(0);
  });
});
