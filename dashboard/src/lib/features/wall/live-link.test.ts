import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/problem.ts';
import { connectedWithin, LiveLink, mpeg1After, triedAgain } from './live-link.ts';
import { type LiveWay, LiveWays } from './live-ways.ts';
import type { Mpeg1Options } from './mpeg1.ts';
import type { LiveSender, LiveState } from './whep.ts';

class FakePeer {
  static all: FakePeer[] = [];
  connectionState = 'new';
  iceGatheringState = 'complete';
  localDescription = { sdp: 'offer' };
  ontrack: unknown = null;
  onconnectionstatechange: (() => void) | null = null;
  closed = false;
  constructor() {
    FakePeer.all.push(this);
  }
  addTransceiver(): void {}
  getReceivers(): object[] {
    return [];
  }
  async createOffer(): Promise<object> {
    return {};
  }
  async setLocalDescription(): Promise<void> {}
  async setRemoteDescription(): Promise<void> {}
  close(): void {
    this.closed = true;
  }
}

interface Tile {
  link: LiveLink;
  way: LiveWay;
  state: LiveState;
  sender: LiveSender | null;
  /** The views by MPEG-1 that were opened, and whether they still are. */
  streams: { options: Mpeg1Options; isOpen: boolean }[];
}

let ways: LiveWays;
let refusal: Error | null;
/** How long the server takes for an answer, ms. */
let slow = 0;
/** Addresses to which offers were posted. */
let asked: string[] = [];
const tiles: Tile[] = [];

/** A tile that starts to show a camera. */
function open(search = '', worker = 'worker-1'): Tile {
  const tile: Partial<Tile> & Pick<Tile, 'streams'> = { streams: [] };
  tile.link = new LiveLink({
    camera: 'gate',
    request: async (url) => {
      if (url !== '/s') asked.push(url);
      if (slow > 0) await new Promise((resolve) => setTimeout(resolve, slow));
      if (refusal) throw refusal;
      return new Response('answer', {
        status: 201,
        headers: { location: '/s', 'x-anshi-live-engine': 'mediasoup' },
      });
    },
    iceServers: async () => [],
    explain: (error) => (error as Error).message,
    canvas: () => document.createElement('canvas'),
    token: async () => 'token',
    ways,
    worker,
    address: new URL(`http://plant/${search}`),
    onStream: () => {},
    onState: (state) => {
      tile.state = state;
    },
    onSender: (sender) => {
      tile.sender = sender;
    },
    onWay: (way) => {
      tile.way = way;
    },
    mpeg1: (options) => {
      const stream = { options, isOpen: false };
      tile.streams.push(stream);
      return {
        start: () => {
          stream.isOpen = true;
        },
        stop: () => {
          stream.isOpen = false;
        },
      };
    },
  });
  tiles.push(tile as Tile);
  tile.link.start();
  return tile as Tile;
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('RTCPeerConnection', FakePeer);
  FakePeer.all = [];
  refusal = null;
  slow = 0;
  asked = [];
  ways = new LiveWays();
});
afterEach(() => {
  for (const { link } of tiles.splice(0)) link.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the way of a picture', () => {
  it('is WebRTC where it plays', async () => {
    const tile = open();
    await pass(100);
    tile.link.confirmPlaying();
    await pass(60_000);
    expect(tile).toMatchObject({ way: 'webrtc', streams: [], state: { name: 'playing' } });
    expect(tile.sender).toEqual({ engine: 'mediasoup', reason: null });
  });

  it('is MPEG-1 with its first picture where packets are blocked, while WebRTC goes on being tried', async () => {
    // Its first picture takes up to two seconds.
    expect(mpeg1After).toBeLessThanOrEqual(3_000);
    const tile = open();
    await pass(mpeg1After - 1);
    expect(tile.streams).toEqual([]);
    await pass(1);
    // It has no picture yet: either may be the first.
    expect(tile).toMatchObject({ way: 'webrtc', state: { name: 'connecting' } });
    expect(tile.streams).toMatchObject([{ isOpen: true }]);
    tile.streams[0]?.options.onState({ name: 'playing' });
    expect(tile).toMatchObject({ way: 'mpeg1', state: { name: 'playing' } });
    expect(tile.sender).toEqual({ engine: 'node-rtsp-stream', reason: 'blocked' });
    expect(FakePeer.all[0]?.closed).toBe(false);
    expect(ways.isBlocked('worker-1')).toBe(false);
    await pass(connectedWithin - mpeg1After);
    expect(FakePeer.all[0]?.closed).toBe(true);
    expect(tile).toMatchObject({ way: 'mpeg1', state: { name: 'playing' } });
    // The tiles after it do not wait.
    expect(open()).toMatchObject({ way: 'mpeg1', sender: { reason: 'blocked' } });
  });

  it('is WebRTC where that connects late, before MPEG-1 has a picture or after it', async () => {
    const [before, after] = [open(), open()];
    await pass(mpeg1After);
    before.link.confirmPlaying();
    after.streams[0]?.options.onState({ name: 'playing' });
    await pass(3_000);
    after.link.confirmPlaying();
    for (const tile of [before, after]) {
      expect(tile).toMatchObject({ way: 'webrtc', state: { name: 'playing' } });
      expect(tile.sender).toEqual({ engine: 'mediasoup', reason: null });
      expect(tile.streams).toMatchObject([{ isOpen: false }]);
    }
    await pass(60_000);
    expect(before.way).toBe('webrtc');
  });

  it('says of MPEG-1 that it was refused only once WebRTC was given up', async () => {
    const tile = open();
    await pass(mpeg1After);
    const refused = { name: 'waiting', detail: 'in use', retryAt: 0 } as const;
    tile.streams[0]?.options.onState(refused);
    expect(tile).toMatchObject({ way: 'webrtc', state: { name: 'connecting' } });
    await pass(connectedWithin - mpeg1After);
    expect(tile).toMatchObject({ way: 'mpeg1', state: refused });
  });

  it('does not take a slow server for a network that blocks packets', async () => {
    slow = 8_000;
    const tile = open();
    await pass(slow + mpeg1After - 1);
    expect(tile).toMatchObject({ way: 'webrtc', streams: [] });
    await pass(connectedWithin - mpeg1After);
    expect(ways.isBlocked('worker-1')).toBe(false);
    await pass(1);
    expect(tile).toMatchObject({ way: 'mpeg1', sender: { reason: 'blocked' } });
  });

  it('is blocked for the tiles of the same worker alone', async () => {
    open();
    await pass(connectedWithin);
    expect(open('', 'worker-1').way).toBe('mpeg1');
    expect(open('', 'worker-2').way).toBe('webrtc');
  });

  it('tries WebRTC again later beside MPEG-1, and goes back with its first picture, on all tiles', async () => {
    const [tile, other] = [open(), open()];
    await pass(connectedWithin);
    tile.streams[0]?.options.onState({ name: 'playing' });
    // Twice in vain: MPEG-1 is shown all the time.
    for (const wait of triedAgain.slice(0, 2)) {
      const before = FakePeer.all.length;
      await pass(wait);
      expect(FakePeer.all.length).toBe(before + 2);
      await pass(connectedWithin);
      expect(FakePeer.all.every(({ closed }) => closed)).toBe(true);
      expect(tile).toMatchObject({ way: 'mpeg1', state: { name: 'playing' } });
      expect(tile.streams).toEqual([expect.objectContaining({ isOpen: true })]);
    }
    await pass(triedAgain[2] ?? 0);
    tile.link.confirmPlaying();
    expect(tile).toMatchObject({ way: 'webrtc', state: { name: 'playing' } });
    expect(tile.sender).toEqual({ engine: 'mediasoup', reason: null });
    expect(tile.streams[0]?.isOpen).toBe(false);
    other.link.confirmPlaying();
    expect(other.way).toBe('webrtc');
    expect(open().way).toBe('webrtc');
  });

  it('is tried again at once by a tile that hears from another that WebRTC is open', async () => {
    const tile = open();
    await pass(connectedWithin);
    const before = FakePeer.all.length;
    ways.opened('worker-2');
    expect(FakePeer.all.length).toBe(before);
    ways.opened('worker-1');
    await vi.advanceTimersByTimeAsync(0);
    expect(FakePeer.all.length).toBe(before + 1);
    expect(tile.way).toBe('mpeg1');
  });

  it('is MPEG-1 where the worker sends nothing else, or takes no offer of this browser', async () => {
    refusal = new ApiError(409, 'live.by-mpeg1', 'the worker sends by node-rtsp-stream');
    const chosen = open();
    await pass(0);
    expect(chosen).toMatchObject({ way: 'mpeg1', sender: { reason: 'chosen' } });
    refusal = new ApiError(502, 'live.refused', 'the viewer offers no H.264 video');
    const refused = open();
    await pass(0);
    expect(refused).toMatchObject({ way: 'mpeg1', sender: { reason: 'webrtc-failed' } });
    // The server refused it, so the network is not marked as blocked for other tiles.
    refusal = null;
    expect(open().way).toBe('webrtc');
  });

  it('stays WebRTC where the camera cannot be watched at all', async () => {
    refusal = new ApiError(503, 'live.unavailable', 'the camera is away');
    const tile = open();
    await pass(30_000);
    expect(tile).toMatchObject({ way: 'webrtc', streams: [] });
    expect(tile.state).toMatchObject({ name: 'waiting', detail: 'the camera is away' });
  });

  it('falls back where a picture was there and its packets come no more', async () => {
    const tile = open();
    await pass(0);
    tile.link.confirmPlaying();
    tile.link.reportStalled();
    await pass(1_000 + connectedWithin);
    expect(tile).toMatchObject({ way: 'mpeg1', sender: { reason: 'blocked' } });
  });

  it('is MPEG-1 soon where frames stand in mid-view, and WebRTC again as soon as they go on', async () => {
    const tile = open();
    await pass(0);
    const [peer] = FakePeer.all as [FakePeer];
    peer.connectionState = 'connected';
    tile.link.confirmPlaying();
    tile.link.reportStands();
    expect(tile.streams).toEqual([]);
    await pass(0);
    tile.link.reportStands();
    tile.link.reportStands();
    expect(tile).toMatchObject({ way: 'webrtc', streams: [{ isOpen: true }] });
    tile.streams[0]?.options.onState({ name: 'playing' });
    expect(tile).toMatchObject({ way: 'mpeg1', sender: { reason: 'blocked' } });
    tile.link.reportMoves();
    expect(tile).toMatchObject({ way: 'webrtc', streams: [{ isOpen: false }] });
    // The connection is found dead, and its next one does not come about: MPEG-1 stays.
    await pass(2_000);
    tile.link.reportStands();
    await pass(0);
    tile.link.reportStands();
    tile.streams[1]?.options.onState({ name: 'playing' });
    peer.connectionState = 'disconnected';
    peer.onconnectionstatechange?.();
    await pass(1_000 + connectedWithin);
    expect(tile).toMatchObject({ way: 'mpeg1', state: { name: 'playing' } });
    expect(ways.isBlocked('worker-1')).toBe(true);
    // Of an engine that the address asks for none other takes the place.
    const forced = open('?engine=webrtc');
    await pass(0);
    forced.link.confirmPlaying();
    forced.link.reportStands();
    await pass(0);
    forced.link.reportStands();
    expect(forced.streams).toEqual([]);
  });

  it.each([
    ['mediasoup', 'mediasoup'],
    ['datachannel', 'node-datachannel'],
  ])('is WebRTC by %s where the address asks for it, and no other way', async (word, engine) => {
    const tile = open(`?engine=${word}`);
    await pass(60_000);
    expect(tile).toMatchObject({ way: 'webrtc', streams: [] });
    expect(new Set(asked)).toEqual(new Set([`/api/v1/live/gate/whep?engine=${engine}`]));
    refusal = new ApiError(409, 'live.engine-unavailable', 'mediasoup: there is no worker');
    const refused = open(`?engine=${word}`);
    await pass(0);
    expect(refused).toMatchObject({ way: 'webrtc', state: { name: 'waiting' }, streams: [] });
  });

  it('is what the address asks for', async () => {
    expect(open('?engine=mpeg1')).toMatchObject({ way: 'mpeg1', sender: { reason: 'address' } });
    const tile = open('?engine=webrtc');
    await pass(60_000);
    expect(tile).toMatchObject({ way: 'webrtc', streams: [] });
    vi.stubGlobal('RTCPeerConnection', undefined);
    expect(open()).toMatchObject({ way: 'mpeg1', sender: { reason: 'no-webrtc' } });
  });
});
