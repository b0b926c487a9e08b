import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import {
  COUNTS,
  COUNTS_BYTES,
  type Confirmed,
  type FloorHandOver,
  type FloorInput,
  type Said,
  type Statement,
} from './messages.ts';

/** Batches that the thread has not taken yet; beyond them frames are left out. */
const MOST_WAITING = 400;
/** A thread that takes nothing for so long is ended, ms. */
const STUCK_MS = 15_000;
/** After a breakdown it is started again after this; twice as long each time, ms. */
const FIRST_REST_MS = 500;
const LONGEST_REST_MS = 30_000;
/** A breakdown is shown for so long, ms. */
const SHOWN_MS = 60_000;
/** All that is kept of floors is of the last minute. */
const HEAP_MB = 256;

export interface NamingThreadOptions {
  readonly log: Pick<Logger, 'error'>;
  readonly onStatement: (statement: Statement) => void;
  /** Called after each decision; `tracks` is empty where no person is confirmed. */
  readonly onConfirmed: (confirmed: Confirmed) => void;
  readonly onHandOver: (handOver: FloorHandOver) => void;
  /** Started again: it knows nothing. */
  readonly onStart: () => void;
  readonly onBreakdown: () => void;
  /** Module of the thread; another one in tests. */
  readonly module?: URL;
}

/** The thread that decides names: started with the first input, and again after a breakdown. */
export class NamingThread {
  readonly #options: NamingThreadOptions;
  #thread: Worker | undefined;
  #counts = new Int32Array(new SharedArrayBuffer(COUNTS_BYTES));
  #posted = 0;
  /** Frames and fixes that found it too busy. */
  #left = 0;
  #breakdowns = 0;
  #failures = 0;
  #brokenAt = Number.NEGATIVE_INFINITY;
  #why = '';
  #restAt = Number.NEGATIVE_INFINITY;
  #seen = { taken: 0, at: 0 };
  #closed = false;

  constructor(options: NamingThreadOptions) {
    this.#options = options;
  }

  /** Why there are no names now, or were none a moment ago; null where all is well. */
  get problem(): string | null {
    if (performance.now() - this.#brokenAt > SHOWN_MS) return null;
    return `the thread that decides names broke down (${this.#why}): it is started again, and until then nobody is named`;
  }

  get figures() {
    const micros = (place: number) => Math.round(Atomics.load(this.#counts, place) / 10) / 100;
    return {
      waiting: this.#waiting,
      leftOut: this.#left,
      breakdowns: this.#breakdowns,
      decisions: Atomics.load(this.#counts, COUNTS.decisions),
      lastMs: micros(COUNTS.lastMicros),
      longestMs: micros(COUNTS.longestMicros),
    };
  }

  /**
   * Gives inputs to the thread, in their order. Frames and fixes are left out while it is too busy.
   *
   * @returns false where they were not given.
   */
  post(floorPlan: string, inputs: readonly FloorInput[]): boolean {
    const thread = this.#started();
    if (!thread) return false;
    const isMuch = inputs.every(({ kind }) => kind === 'sightings' || kind === 'fix');
    if (isMuch && this.#waiting >= MOST_WAITING) {
      this.#left += inputs.length;
      return false;
    }
    if (this.#waiting === 0) this.#seen = { taken: this.#taken, at: performance.now() };
    this.#posted += 1;
    thread.postMessage({ floorPlan, inputs });
    return true;
  }

  /** Looks whether it still works; call it several times a second. */
  watch(): void {
    if (!this.#thread) return;
    const taken = this.#taken;
    const now = performance.now();
    if (taken !== this.#seen.taken) {
      this.#failures = 0;
      this.#seen = { taken, at: now };
    } else if (this.#waiting > 0 && now - this.#seen.at > STUCK_MS) {
      this.#broken(this.#thread, `it took nothing for ${STUCK_MS / 1000} s`);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }

  get #taken(): number {
    return Atomics.load(this.#counts, COUNTS.taken);
  }

  get #waiting(): number {
    return this.#posted - this.#taken;
  }

  #started(): Worker | undefined {
    if (this.#thread || this.#closed) return this.#thread;
    if (performance.now() < this.#restAt) return undefined;
    const { onStatement, onConfirmed, onHandOver, onStart, module } = this.#options;
    const counts = new SharedArrayBuffer(COUNTS_BYTES);
    const thread = new Worker(module ?? new URL('./naming-thread.ts', import.meta.url), {
      workerData: { counts },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      // It needs none of the worker's settings and keys.
      env: {},
    });
    this.#counts = new Int32Array(counts);
    this.#posted = 0;
    this.#seen = { taken: 0, at: performance.now() };
    this.#thread = thread;
    thread.on('message', (said: Said) => {
      if (this.#thread !== thread) return;
      if ('statement' in said) onStatement(said.statement);
      else if ('confirmed' in said) onConfirmed(said.confirmed);
      else onHandOver(said.handOver);
    });
    thread.on('error', (error) => this.#broken(thread, error.message));
    thread.on('exit', (code) => this.#broken(thread, `it ended with ${code}`));
    thread.unref();
    onStart();
    return thread;
  }

  #broken(thread: Worker, why: string): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    this.#counts = new Int32Array(new SharedArrayBuffer(COUNTS_BYTES));
    this.#posted = 0;
    this.#breakdowns += 1;
    this.#brokenAt = performance.now();
    this.#why = why;
    const rest = Math.min(FIRST_REST_MS * 2 ** this.#failures, LONGEST_REST_MS);
    this.#failures += 1;
    this.#restAt = this.#brokenAt + rest;
    this.#options.log.error({ why }, 'the thread that decides names broke down');
    thread.terminate().catch(() => {});
    this.#options.onBreakdown();
  }
}
