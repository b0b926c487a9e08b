import { Writable } from 'node:stream';
import type { Slot, SlotPool } from './slot-pool.ts';

export interface AssemblerEvents {
  /** Picture `n`, counted from 0, lies complete in the slot. The receiver gives the slot back. */
  picture(n: number, slot: Slot): void;
  /** Picture `n` had no free slot; its bytes were thrown away. */
  discarded(n: number): void;
}

/**
 * Cuts ffmpeg's raw output into pictures, with one copy from the pipe into shared memory. It never
 * makes ffmpeg wait: where no slot is free, the bytes of that picture are thrown away.
 */
export class PictureAssembler extends Writable {
  readonly #pool: SlotPool;
  readonly #events: AssemblerEvents;
  #size = 0;
  #n = 0;
  #filled = 0;
  #slot: Slot | null = null;
  #beforeSize: { chunk: Uint8Array; done: () => void } | null = null;

  constructor(pool: SlotPool, events: AssemblerEvents) {
    super({ decodeStrings: false, highWaterMark: 1 << 20 });
    this.#pool = pool;
    this.#events = events;
  }

  /** Bytes of a picture. Until it is known, the first chunk waits. */
  setSize(size: number): void {
    if (this.#size !== 0) return;
    this.#size = size;
    const waiting = this.#beforeSize;
    this.#beforeSize = null;
    if (waiting) {
      this.#take(waiting.chunk);
      waiting.done();
    }
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    if (this.#size === 0) {
      this.#beforeSize = { chunk, done };
      return;
    }
    this.#take(chunk);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.#slot) this.#pool.give(this.#slot);
    this.#slot = null;
    done(error);
  }

  #take(chunk: Uint8Array): void {
    let from = 0;
    while (from < chunk.length) {
      if (this.#filled === 0) this.#slot = this.#pool.take(this.#size);
      const length = Math.min(chunk.length - from, this.#size - this.#filled);
      this.#slot?.bytes.set(chunk.subarray(from, from + length), this.#filled);
      this.#filled += length;
      from += length;
      if (this.#filled === this.#size) this.#complete();
    }
  }

  #complete(): void {
    const n = this.#n++;
    const slot = this.#slot;
    this.#slot = null;
    this.#filled = 0;
    if (slot) this.#events.picture(n, slot);
    else this.#events.discarded(n);
  }
}
