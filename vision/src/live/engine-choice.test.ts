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

let best: SomeEngine;
let fallback: SomeEngine;
beforeEach(() => {
  best = new SomeEngine('mediasoup');
  fallback = new SomeEngine('node-datachannel');
});
const choose = (forced: Engines['forced'] = 'auto') =>
  new EngineChoice({ best, fallback, forced, log: pino({ level: 'silent' }) });
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
});
