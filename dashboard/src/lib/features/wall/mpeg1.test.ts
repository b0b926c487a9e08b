import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Mpeg1Connection } from './mpeg1.ts';
import type { LiveState } from './whep.ts';

/** Decodes each write at once; it needs a canvas that draws, which there is in a browser alone. */
const players = vi.hoisted(() => [] as { open: boolean; written: number }[]);
vi.mock('@cycjimmy/jsmpeg-player', () => ({
  default: {
    Player: class {
      readonly #seen = { open: true, written: 0 };
      constructor(
        _: string,
        options: {
          canvas: HTMLCanvasElement;
          source: new () => { connect(to: { write(bytes: ArrayBuffer): void }): void };
          onVideoDecode: () => void;
        },
      ) {
        players.push(this.#seen);
        new options.source().connect({
          write: () => {
            this.#seen.written += 1;
            options.canvas.width = 480;
            options.onVideoDecode();
          },
        });
      }
      destroy(): void {
        this.#seen.open = false;
      }
    },
  },
}));

class FakeSocket {
  static all: FakeSocket[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  closed = false;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(): void {}
  close(): void {
    this.closed = true;
  }
}

let canvas: HTMLCanvasElement;
let states: string[];
let token: () => Promise<string>;
let isHidden: boolean;
let sends: boolean;
const opened: Mpeg1Connection[] = [];

function open(): Mpeg1Connection {
  const connection = new Mpeg1Connection({
    camera: 'gate',
    canvas: () => canvas,
    token: () => token(),
    sends: () => sends,
    explain: (error) => (error as Error).message,
    onState: (state: LiveState) => states.push(state.name),
    onEngine: () => {},
  });
  opened.push(connection);
  connection.start();
  return connection;
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const picture = (socket = FakeSocket.all.at(-1)) =>
  socket?.onmessage?.({ data: new ArrayBuffer(188) });
/** Pictures for so many seconds. */
async function watch(seconds: number): Promise<void> {
  for (let at = 0; at < seconds; at++) {
    picture();
    await pass(1_000);
  }
}
function hide(hidden: boolean): void {
  isHidden = hidden;
  document.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => isHidden);
  canvas = document.createElement('canvas');
  FakeSocket.all = [];
  players.length = 0;
  states = [];
  token = async () => 'token';
  isHidden = false;
  sends = true;
});
afterEach(() => {
  for (const connection of opened.splice(0)) connection.stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a view by MPEG-1', () => {
  it('is not asked for while its camera sends nothing, and soon after it sends again', async () => {
    sends = false;
    open();
    await pass(60_000);
    expect(FakeSocket.all).toEqual([]);
    expect(states).toEqual(['silent']);
    sends = true;
    await pass(500);
    await vi.waitFor(() => expect(FakeSocket.all).toHaveLength(1));
    picture();
    expect(states).toEqual(['silent', 'connecting', 'playing']);
    // A refusal in mid-view is not repeated either.
    sends = false;
    FakeSocket.all[0]?.onclose?.();
    await pass(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(states.slice(3)).toEqual(['waiting', 'silent']);
    sends = true;
    await pass(500);
    await vi.waitFor(() => expect(FakeSocket.all).toHaveLength(2));
  });

  it('plays, and connects again where pictures stop or the socket closes', async () => {
    open();
    await vi.waitFor(() => expect(FakeSocket.all).toHaveLength(1));
    await watch(20);
    expect(states).toEqual(['connecting', 'playing']);
    await pass(14_500);
    expect(states.at(-1)).toBe('waiting');
    expect([canvas.width, players[0]?.open, FakeSocket.all[0]?.closed]).toEqual([0, false, true]);
    await pass(1_000);
    expect(FakeSocket.all).toHaveLength(2);
    picture();
    expect(states.at(-1)).toBe('playing');
    FakeSocket.all[1]?.onclose?.();
    expect(states.at(-1)).toBe('waiting');
    // Events of the first connection are ignored.
    FakeSocket.all[0]?.onclose?.();
    picture(FakeSocket.all[0]);
    expect(states.filter((name) => name === 'waiting')).toHaveLength(2);
  });

  it('stays open in a page that is hidden, and goes on with another player', async () => {
    open();
    await vi.waitFor(() => expect(FakeSocket.all).toHaveLength(1));
    await watch(2);
    hide(true);
    await watch(60);
    expect(states).toEqual(['connecting', 'playing']);
    expect(FakeSocket.all).toHaveLength(1);
    // No data is buffered for a stopped player.
    expect(players).toEqual([{ open: true, written: 2 }]);
    hide(false);
    expect([canvas.width, states.at(-1)]).toEqual([0, 'connecting']);
    picture();
    expect(states.at(-1)).toBe('playing');
    expect(players).toEqual([
      { open: false, written: 2 },
      { open: true, written: 1 },
    ]);
    // And where nothing comes while it is hidden, it connects again.
    hide(true);
    await pass(15_000);
    expect(states.at(-1)).toBe('waiting');
  });

  it('leaves the canvas alone once it is stopped, also where its token comes late or not at all', async () => {
    for (const late of ['comes', 'fails']) {
      const answer = Promise.withResolvers<string>();
      token = () => answer.promise;
      const before = FakeSocket.all.length;
      const connection = open();
      await pass(0);
      connection.stop();
      const seen = states.length;
      // Of another connection.
      canvas.width = 480;
      if (late === 'comes') answer.resolve('token');
      else answer.reject(new Error('no token'));
      await pass(60_000);
      expect([late, canvas.width, FakeSocket.all.length, states.length]).toEqual([
        late,
        480,
        before,
        seen,
      ]);
    }
  });
});
