import type { Slot, SlotPool } from './slot-pool.ts';

export interface AssemblerEvents {
  /** Picture `n`, counted from 0, is complete in the slot. The receiver releases the slot. */
  picture(n: number, slot: Slot): void;
  /** Picture `n` had no free slot; its bytes were dropped. */
  discarded(n: number): void;
}

/**
 * Splits ffmpeg's raw output into pictures, with one copy from the pipe into shared memory. It
 * never blocks ffmpeg: where no slot is free, the bytes of that picture are dropped.
 */
export class PictureAssembler {
  readonly #pool: SlotPool;
  readonly #events: AssemblerEvents;
  #size = 0;
  #n = 0;
  #filled = 0;
  #slot: Slot | null = null;
  #early: Uint8Array[] = [];
  #closed = false;

  constructor(pool: SlotPool, events: AssemblerEvents) {
    this.#pool = pool;
    this.#events = events;
  }

  /** Bytes of a picture. Data that arrives before it is known is buffered. */
  setSize(size: number): void {
    if (this.#size !== 0) return;
    this.#size = size;
    for (const chunk of this.#early.splice(0)) this.take(chunk);
  }

  /** End of the stream; an incomplete picture is discarded. */
  close(): void {
    this.#closed = true;
    if (this.#slot) this.#pool.give(this.#slot);
    this.#slot = null;
  }

  /** @param chunk is copied: the caller may reuse it when this returns. */
  take(chunk: Uint8Array): void {
    if (this.#closed) return;
    if (this.#size === 0) {
      this.#early.push(Uint8Array.from(chunk));
      return;
    }
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
