/** A still of a camera, with blurred faces. */
export interface ShownStill {
  /** Exposure, RFC 3339. */
  readonly at: string;
  /** Base64. */
  readonly jpeg: string;
}

/** What is known of a camera after a request. */
export interface StillNews {
  /** Null where there is none, or none in time. */
  readonly still: ShownStill | null;
  /** Whether something moved since the still before. */
  readonly moved: boolean;
}

/** One camera of an answer of the API. */
interface Answered {
  camera: string;
  at: string | null;
  jpeg: string | null;
  moved: boolean | null;
  tag: string | null;
  unchanged: boolean;
}

interface Followed {
  readonly listeners: Set<(news: StillNews) => void>;
  /** When it is read next, ms of `performance.now()`. */
  dueAt: number;
  had: { tag: string; jpeg: string } | null;
}

const EVERY_MS = 1_000;
/** After a request that failed. */
const RETRY_MS = 3_000;
/** Limit of the API for one request. */
const MOST_CAMERAS = 64;

/** Reads the stills of all tiles of a page, once a second, by one request. */
export class StillFeed {
  readonly #read: (cameras: string) => Promise<{ items: readonly Answered[] }>;
  readonly #followed = new Map<string, Followed>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isReading = false;

  /** @param read asks the API: ids of cameras, `id` or `id:tag`, separated by commas. */
  constructor(read: (cameras: string) => Promise<{ items: readonly Answered[] }>) {
    this.#read = read;
  }

  /** Calls the listener after each request about the camera. Returns the end of it. */
  follow(camera: string, listener: (news: StillNews) => void): () => void {
    const one = this.#followed.get(camera) ?? { listeners: new Set(), dueAt: 0, had: null };
    one.listeners.add(listener);
    // A tile that just appeared shows its still at once.
    one.dueAt = 0;
    this.#followed.set(camera, one);
    this.#plan();
    return () => {
      one.listeners.delete(listener);
      if (one.listeners.size === 0 && this.#followed.get(camera) === one) {
        this.#followed.delete(camera);
      }
      if (this.#followed.size === 0) clearTimeout(this.#timer);
    };
  }

  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#isReading || this.#followed.size === 0) return;
    const next = Math.min(...[...this.#followed.values()].map(({ dueAt }) => dueAt));
    const pause = Math.max(0, Math.ceil(next - performance.now()));
    this.#timer = setTimeout(() => void this.#readDue(), pause);
  }

  async #readDue(): Promise<void> {
    const now = performance.now();
    const due = [...this.#followed].filter(([, { dueAt }]) => dueAt <= now).slice(0, MOST_CAMERAS);
    // The tile for which this was planned has gone, or the timer was early.
    if (due.length === 0) return this.#plan();
    this.#isReading = true;
    const cameras = due.map(([camera, { had }]) => (had ? `${camera}:${had.tag}` : camera));
    // The tile says already what it waits for.
    const answer = await this.#read(cameras.join()).catch(() => null);
    const byCamera = new Map(answer?.items.map((item) => [item.camera, item]));
    const after = performance.now();
    for (const [camera, one] of due) {
      const news = this.#take(one, byCamera.get(camera));
      one.dueAt = after + (answer ? EVERY_MS : RETRY_MS);
      for (const listener of one.listeners) listener(news);
    }
    this.#isReading = false;
    this.#plan();
  }

  #take(one: Followed, found: Answered | undefined): StillNews {
    const moved = found?.moved === true;
    const { at = null, tag = null, jpeg = null } = found ?? {};
    if (at === null || tag === null) return { still: null, moved };
    if (jpeg !== null) one.had = { tag, jpeg };
    const still = one.had?.tag === tag ? { at, jpeg: one.had.jpeg } : null;
    return { still, moved };
  }
}
