import type { types } from 'mediasoup';
import type { PacketSource } from '../packet-source.ts';
import { type CameraFeed, openCameraFeed } from './camera-feed.ts';
import { h264Router } from './h264-router.ts';

interface Shared {
  readonly feed: Promise<CameraFeed>;
  viewers: number;
}

/** A feed that a viewer uses. */
export interface Entered {
  readonly router: types.Router;
  readonly producerId: string;
  /** The viewer left; the last one closes the feed. */
  leave(): void;
}

/** The routers of one worker, and in each the cameras that are watched. */
export class SharedFeeds {
  readonly worker: types.Worker;
  readonly #routers = new Map<number, Promise<types.Router>>();
  readonly #feeds = new Map<string, Shared>();
  readonly #ids = new WeakMap<object, number>();
  #nextId = 0;

  constructor(worker: types.Worker) {
    this.worker = worker;
  }

  /** @param payloadType of H.264 in the offer of the viewer. */
  async enter(source: PacketSource, payloadType: number): Promise<Entered> {
    const router = await this.#routerOf(payloadType);
    const key = `${payloadType} ${this.#idOf(source)}`;
    let shared = this.#feeds.get(key);
    if (!shared) {
      shared = { feed: openCameraFeed(router, source), viewers: 0 };
      this.#feeds.set(key, shared);
    }
    const mine = shared;
    mine.viewers += 1;
    let left = false;
    const leave = () => {
      if (left) return;
      left = true;
      mine.viewers -= 1;
      if (mine.viewers > 0) return;
      if (this.#feeds.get(key) === mine) this.#feeds.delete(key);
      mine.feed.then(
        (feed) => feed.close(),
        () => {
          // It was never opened.
        },
      );
    };
    try {
      const { producerId } = await mine.feed;
      return { router, producerId, leave };
    } catch (error) {
      leave();
      throw error;
    }
  }

  #routerOf(payloadType: number): Promise<types.Router> {
    let router = this.#routers.get(payloadType);
    if (!router) {
      router = h264Router(this.worker, payloadType);
      this.#routers.set(payloadType, router);
      router.catch(() => this.#routers.delete(payloadType));
    }
    return router;
  }

  /** A camera that is configured again has another source. */
  #idOf(source: object): number {
    let id = this.#ids.get(source);
    if (id === undefined) {
      this.#nextId += 1;
      id = this.#nextId;
      this.#ids.set(source, id);
    }
    return id;
  }
}
