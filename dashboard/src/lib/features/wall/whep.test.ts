import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/problem.ts';
import { type LiveSender, type LiveState, WhepConnection } from './whep.ts';

class FakePeer {
  static all: FakePeer[] = [];
  connectionState = 'new';
  /** The addresses of the browser are never all there. */
  iceGatheringState = 'gathering';
  localDescription = { sdp: 'offer' };
  ontrack: ((event: { streams: object[]; track: object; receiver?: object }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  answer: { sdp?: string } | null = null;
  closed = false;
  readonly given: RTCConfiguration;
  constructor(given: RTCConfiguration) {
    this.given = given;
    FakePeer.all.push(this);
  }
  receivers: { jitterBufferTarget: number | null }[] = [];
  addTransceiver(): void {}
  getReceivers(): object[] {
    return this.receivers;
  }
  async createOffer(): Promise<object> {
    return {};
  }
  async setLocalDescription(): Promise<void> {}
  async setRemoteDescription(answer: { sdp: string }): Promise<void> {
    this.answer = answer;
  }
  close(): void {
    this.closed = true;
  }
  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

let requests: { url: string; method: string; body: unknown }[];
let states: LiveState[];
let refuse: Error | null;
/** What refuses requests for sessions alone. */
let sessionRefusal: Error | null;
/** How long the server takes for an answer, ms. */
let late: number;
let servers: RTCIceServer[];
let senders: LiveSender[];
let streams: (MediaStream | null)[];
let connection: WhepConnection;
const peer = (): FakePeer => FakePeer.all.at(-1)!;
const state = (): LiveState => states.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('RTCPeerConnection', FakePeer);
  FakePeer.all = [];
  requests = [];
  states = [];
  senders = [];
  streams = [];
  refuse = sessionRefusal = null;
  late = 0;
  servers = [];
  connection = new WhepConnection({
    camera: 'hall-west',
    request: async (url, init) => {
      requests.push({ url, method: init.method ?? 'GET', body: init.body });
      if (late > 0) await new Promise((resolve) => setTimeout(resolve, late));
      if (refuse && !(refuse === sessionRefusal && init.method === 'POST')) throw refuse;
      return new Response('answer', {
        status: 201,
        headers: {
          location: `/api/v1/live/sessions/${requests.length}`,
          'x-anshi-live-engine': 'node-datachannel',
          'x-anshi-live-reason': 'no-worker',
        },
      });
    },
    iceServers: async () => servers,
    explain: (error) => (error as Error).message,
    onState: (next) => states.push(next),
    onStream: (next) => streams.push(next),
    onSender: (sender) => senders.push(sender),
  });
});
afterEach(() => {
  connection.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('live picture', () => {
  it('posts the offer, applies the answer and deletes the session at the end', async () => {
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(requests).toEqual([
      { url: '/api/v1/live/hall-west/whep', method: 'POST', body: 'offer' },
    ]);
    expect(peer().answer?.sdp).toBe('answer');
    expect(senders).toEqual([{ engine: 'node-datachannel', reason: 'no-worker' }]);
    connection.confirmPlaying();
    expect(state()).toEqual({ name: 'playing' });
    connection.stop();
    expect(requests.at(-1)).toMatchObject({ url: '/api/v1/live/sessions/1', method: 'DELETE' });
    expect(peer().closed).toBe(true);
    expect(state()).toEqual({ name: 'idle' });
  });

  it('is over at once where the worker ends it, although the connection still seems open', async () => {
    const transport = Object.assign(new EventTarget(), { state: 'connected' });
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    peer().ontrack?.({ streams: [{}], track: {}, receiver: { transport } });
    peer().become('connected');
    connection.confirmPlaying();
    transport.state = 'closed';
    transport.dispatchEvent(new Event('statechange'));
    expect(state()).toMatchObject({ name: 'waiting' });
    expect(streams.at(-1)).toBeNull();
    expect(peer().closed).toBe(true);
    // It is asked for again, and the server says whether it may be.
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakePeer.all).toHaveLength(2);
  });

  it.each([
    ['over', new ApiError(404, 'live.session-unknown', 'over'), 2],
    ['one of a worker that is away', new ApiError(503, 'live.unavailable', 'away'), 2],
    ['not known, without a network', new ApiError(0, 'unreachable', 'no network'), 1],
  ])(
    'whose picture stands is opened again at once where the view is %s',
    async (_, error, views) => {
      connection.start();
      await vi.advanceTimersByTimeAsync(0);
      peer().become('connected');
      connection.confirmPlaying();
      refuse = sessionRefusal = error;
      connection.reportStands();
      connection.reportStands();
      await vi.advanceTimersByTimeAsync(0);
      expect(requests.filter(({ method }) => method === 'GET')).toHaveLength(1);
      expect(FakePeer.all).toHaveLength(views);
      // Once; then four times after .5 s, and as after any failure.
      connection.reportStands();
      await vi.advanceTimersByTimeAsync(499);
      expect(FakePeer.all).toHaveLength(views);
      if (views === 1) return;
      sessionRefusal = null;
      await vi.advanceTimersByTimeAsync(1_501);
      expect(FakePeer.all).toHaveLength(views + 4);
      await vi.advanceTimersByTimeAsync(999);
      expect(FakePeer.all).toHaveLength(views + 4);
      await vi.advanceTimersByTimeAsync(1);
      expect(FakePeer.all).toHaveLength(views + 5);
    },
  );

  it('plays on where the answer to a check comes after the next frame, and is checked once at a time', async () => {
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    peer().become('connected');
    connection.confirmPlaying();
    late = 9_000;
    refuse = sessionRefusal = new ApiError(503, 'live.unavailable', 'busy');
    connection.reportStands();
    expect(connection.mayBeCut).toBe(false);
    await vi.advanceTimersByTimeAsync(4_000);
    connection.reportStands();
    expect(requests.filter(({ method }) => method === 'GET')).toHaveLength(1);
    expect(connection.mayBeCut).toBe(true);
    connection.reportMoves();
    expect(connection.mayBeCut).toBe(false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(FakePeer.all).toHaveLength(1);
    expect(state()).toEqual({ name: 'playing' });
  });

  it('is left alone once where its camera pauses and the view is open', async () => {
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    peer().become('connected');
    connection.confirmPlaying();
    connection.reportStands();
    await vi.advanceTimersByTimeAsync(4_500);
    connection.reportStalled();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(FakePeer.all).toHaveLength(1);
    connection.reportMoves();
    connection.reportStands();
    await vi.advanceTimersByTimeAsync(4_500);
    connection.reportStalled();
    connection.reportStands();
    await vi.advanceTimersByTimeAsync(0);
    connection.reportStalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakePeer.all).toHaveLength(2);
  });

  it('has the ICE servers of its view, and asks for them with each connection', async () => {
    servers = [{ urls: 'turn:turn.example', username: 'first', credential: 'c' }];
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(peer().given).toEqual({ iceServers: servers, iceTransportPolicy: 'all' });
    servers = [{ urls: 'turn:turn.example', username: 'second', credential: 'c' }];
    peer().become('failed');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(peer().given.iceServers).toEqual(servers);
  });

  it('opens nothing where it was stopped while it waited for its ICE servers', async () => {
    connection.start();
    connection.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect(FakePeer.all).toEqual([]);
    expect(requests).toEqual([]);
  });

  it('shows the server’s reason, and retries with backoff', async () => {
    refuse = new Error('the worker is not online');
    connection.start();
    const pauses: number[] = [];
    for (let i = 0; i < 4; i++) {
      await vi.advanceTimersByTimeAsync(0);
      const now = state();
      if (now.name !== 'waiting') throw new Error(`not waiting but ${now.name}`);
      expect(now.detail).toBe('the worker is not online');
      pauses.push(now.retryAt - Date.now());
      await vi.advanceTimersByTimeAsync(now.retryAt - Date.now());
    }
    expect(pauses).toEqual([1_000, 1_000, 2_000, 4_000]);
  });

  it('reconnects when the connection breaks or the picture freezes', async () => {
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    connection.confirmPlaying();
    peer().become('failed');
    expect(state().name).toBe('waiting');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakePeer.all).toHaveLength(2);
    connection.confirmPlaying();
    connection.reportStalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakePeer.all).toHaveLength(3);
  });

  it('keeps a view whose ICE recovers within the grace, and opens one that does not after the usual delay', async () => {
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    peer().become('connected');
    connection.confirmPlaying();
    peer().become('disconnected');
    await vi.advanceTimersByTimeAsync(900);
    // A frame that was buffered does not end the grace.
    connection.confirmPlaying();
    peer().become('connected');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakePeer.all).toHaveLength(1);
    expect(requests).toHaveLength(1);
    expect(state()).toEqual({ name: 'playing' });
    peer().become('disconnected');
    connection.confirmPlaying();
    await vi.advanceTimersByTimeAsync(500);
    // The first second goes on.
    peer().become('connecting');
    peer().become('disconnected');
    await vi.advanceTimersByTimeAsync(499);
    expect(FakePeer.all).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(FakePeer.all[0]?.closed).toBe(true);
    expect(FakePeer.all).toHaveLength(2);
    expect(state()).toEqual({ name: 'connecting' });
    connection.confirmPlaying();
    peer().become('disconnected');
    peer().become('failed');
    await vi.advanceTimersByTimeAsync(0);
    expect(FakePeer.all).toHaveLength(3);
  });

  it('closes a connection without a picture after 15 s', async () => {
    connection.start();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(FakePeer.all[0]?.closed).toBe(true);
    expect(state().name).toBe('waiting');
  });

  it('reports a browser without WebRTC', () => {
    vi.stubGlobal('RTCPeerConnection', undefined);
    connection.start();
    expect(states).toEqual([{ name: 'unsupported' }]);
  });

  it('asks the browser to hold frames back, also after a reconnect', async () => {
    const receive = (): { jitterBufferTarget: number | null } => {
      const receiver = { jitterBufferTarget: null };
      peer().receivers = [receiver];
      peer().ontrack?.({ streams: [{}], track: {} });
      return receiver;
    };
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    const first = receive();
    connection.setPlayoutDelay(340);
    expect(first.jitterBufferTarget).toBe(340);
    peer().become('failed');
    await vi.advanceTimersByTimeAsync(1_000);
    const second = receive();
    expect(second.jitterBufferTarget).toBe(340);
    connection.setPlayoutDelay(null);
    expect(second.jitterBufferTarget).toBeNull();
  });
});
