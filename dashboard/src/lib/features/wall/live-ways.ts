import type { WebRtcEngine } from '@anshi/contracts';

/** How a picture comes to this page: by WebRTC, or as MPEG-1 over a WebSocket of the API. */
export type LiveWay = 'webrtc' | 'mpeg1';

/** The engine as the detail of a tile names it: its protocol is no word of daily work, and stands with it. */
export const engineDetail = (engine: string, way: LiveWay): string =>
  `${engine} (${way === 'mpeg1' ? 'MPEG-1' : 'WebRTC'})`;

/** Why a picture comes as MPEG-1. */
export type Mpeg1Reason =
  /** The browser has no WebRTC. */
  | 'no-webrtc'
  /** Its packets do not get through this network. */
  | 'blocked'
  /** The worker took no offer of this browser, or no picture came of it. */
  | 'webrtc-failed'
  /** The setting ANSHI_LIVE_ENGINE of the worker. */
  | 'chosen'
  /** The address of the page. */
  | 'address';

/** Words of the address for an engine of WebRTC: its name, and a short one. */
const WEBRTC_ENGINES: Readonly<Record<string, WebRtcEngine>> = {
  mediasoup: 'mediasoup',
  'node-datachannel': 'node-datachannel',
  datachannel: 'node-datachannel',
};

/**
 * What this page knows of its network: a tile that finds WebRTC blocked spares the others of the same worker
 * the wait. One for all tiles.
 */
export class LiveWays {
  readonly #blocked = new Set<string>();
  readonly #onOpen = new Map<() => void, string>();

  /**
   * @param address of the page: `engine=mpeg1` or `engine=webrtc` forces one, `engine=mediasoup` and
   *   `engine=datachannel` an engine of WebRTC, `engine=relay` WebRTC through a TURN server.
   */
  forced(address: URL): LiveWay | null {
    const asked = address.searchParams.get('engine');
    if (asked === 'mpeg1' || asked === 'node-rtsp-stream') return 'mpeg1';
    const isWebRtc = asked === 'webrtc' || this.isRelayOnly(address) || this.engine(address);
    return isWebRtc ? 'webrtc' : null;
  }

  /** The engine of WebRTC that the address asks for; null where it names none. */
  engine(address: URL): WebRtcEngine | null {
    const asked = address.searchParams.get('engine') ?? '';
    return Object.hasOwn(WEBRTC_ENGINES, asked) ? (WEBRTC_ENGINES[asked] ?? null) : null;
  }

  /** The URL has `engine=stills`: no video stream is requested. */
  isStills(address: URL): boolean {
    return address.searchParams.get('engine') === 'stills';
  }

  isRelayOnly(address: URL): boolean {
    return address.searchParams.get('engine') === 'relay';
  }

  isBlocked(worker: string): boolean {
    return this.#blocked.has(worker);
  }

  blocked(worker: string): void {
    this.#blocked.add(worker);
  }

  /** WebRTC got through: the other tiles need not wait until they try it again. */
  opened(worker: string): void {
    if (!this.#blocked.delete(worker)) return;
    for (const [listener, of] of [...this.#onOpen]) if (of === worker) listener();
  }

  /** @returns a function that unsubscribes. */
  onOpen(worker: string, listener: () => void): () => void {
    this.#onOpen.set(listener, worker);
    return () => this.#onOpen.delete(listener);
  }
}

export const liveWays = new LiveWays();

/** How a tile names the sender of its picture. */
export interface ShownSender {
  /** Plain words, such as "Live video". */
  name: string;
  /** The program that sends it, such as "mediasoup (WebRTC)". */
  engine: string;
  /** Why it is not the best engine; null where it is. */
  reason: string | null;
}
