/** How a picture comes to this page: by WebRTC, or as MPEG-1 over a WebSocket of the API. */
export type LiveWay = 'webrtc' | 'mpeg1';

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

/**
 * What this page knows of its network: a tile that finds WebRTC blocked spares the others the wait. One
 * for all tiles.
 */
export class LiveWays {
  #isBlocked = false;
  readonly #onOpen = new Set<() => void>();

  /** @param address of the page: `engine=mpeg1` or `engine=webrtc` forces one. */
  forced(address: URL): LiveWay | null {
    const asked = address.searchParams.get('engine');
    if (asked === 'mpeg1' || asked === 'node-rtsp-stream') return 'mpeg1';
    return asked === 'webrtc' ? 'webrtc' : null;
  }

  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  blocked(): void {
    this.#isBlocked = true;
  }

  /** WebRTC got through: the other tiles need not wait until they try it again. */
  opened(): void {
    if (!this.#isBlocked) return;
    this.#isBlocked = false;
    for (const listener of [...this.#onOpen]) listener();
  }

  /** @returns a function that unsubscribes. */
  onOpen(listener: () => void): () => void {
    this.#onOpen.add(listener);
    return () => this.#onOpen.delete(listener);
  }
}

export const liveWays = new LiveWays();
