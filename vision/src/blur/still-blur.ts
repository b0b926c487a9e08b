import type { StillMissing } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { Models } from '../models-folder.ts';
import type { StillSource } from './blur-messages.ts';
import { Blurring } from './blurring.ts';
import type { SeenBox } from './faces.ts';

/** More stills that wait are not blurred in time anyway. */
const MOST_WAITING = 8;
/** A still takes seconds with the loading of the models; one that takes so long hangs, ms. */
const LONGEST_MS = 90_000;

/** A still that may be shown, or why there is none. */
export type BlurredStill =
  | { readonly jpeg: Buffer; readonly missing: null }
  | { readonly jpeg: null; readonly missing: NonNullable<StillMissing> };

const none = (missing: NonNullable<StillMissing>): BlurredStill => ({ jpeg: null, missing });

/** What is to be blurred. */
export interface ToBlur {
  readonly picture: StillSource;
  /** What was drawn in it, picture pixels. */
  readonly boxes: readonly SeenBox[];
  /** The detector of the camera; another one is taken where it is not loaded. */
  readonly model: string;
}

/**
 * Blurs the stills that leave a worker: of diagnoses, of tests of an address, of outages. In a process of its own,
 * since a person waits for them and a clip takes minutes. What cannot be blurred is not given: never the original in
 * its place.
 */
export class StillBlur {
  readonly #blurring: Pick<Blurring, 'make' | 'close'>;
  readonly #log: Logger;
  #queue: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  constructor(blurring: Pick<Blurring, 'make' | 'close'>, log: Logger) {
    this.#blurring = blurring;
    this.#log = log;
  }

  static of(models: Models, log: Logger): StillBlur {
    return new StillBlur(new Blurring(models), log);
  }

  /** @param withinMs how long it may take; later it is `not-blurred`. */
  async make(still: ToBlur, withinMs: number): Promise<BlurredStill> {
    if (this.#closed || this.#waiting >= MOST_WAITING) return none('not-blurred');
    this.#waiting++;
    const made = this.#queue.then(() => this.#one(still)).finally(() => this.#waiting--);
    this.#queue = made;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<BlurredStill>((resolve) => {
      timer = setTimeout(() => resolve(none('not-blurred')), withinMs);
    });
    try {
      return await Promise.race([made, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#blurring.close();
  }

  async #one(still: ToBlur): Promise<BlurredStill> {
    if (this.#closed) return none('not-blurred');
    // The next one starts another process.
    const hangs = setTimeout(() => void this.#blurring.close(), LONGEST_MS);
    try {
      const { jpeg } = await this.#blurring.make({ of: 'still', ...still });
      if (!jpeg) throw new Error('the process that blurs gave no picture');
      return { jpeg: Buffer.from(jpeg), missing: null };
    } catch (error) {
      if (!this.#closed)
        this.#log.warn({ err: error }, 'a still cannot be blurred, and is not shown');
      return none('not-blurred');
    } finally {
      clearTimeout(hangs);
    }
  }
}
