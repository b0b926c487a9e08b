/** Shared memory for one picture. */
export interface Slot {
  readonly memory: SharedArrayBuffer;
  readonly bytes: Uint8Array;
}

/**
 * A fixed number of reusable picture buffers of one camera. Where all are in use, the caller drops
 * the picture instead of waiting.
 */
export class SlotPool {
  readonly #limit: number;
  #size = 0;
  #made = 0;
  #free: Slot[] = [];

  constructor(limit = 4) {
    this.#limit = limit;
  }

  /** @param size bytes of a picture. A changed size allocates new slots. */
  take(size: number): Slot | null {
    if (size !== this.#size) {
      this.#size = size;
      this.#made = 0;
      this.#free = [];
    }
    const slot = this.#free.pop();
    if (slot) return slot;
    if (this.#made >= this.#limit) return null;
    this.#made++;
    const memory = new SharedArrayBuffer(size);
    return { memory, bytes: new Uint8Array(memory) };
  }

  /** Releases a slot. One of an earlier size is left to the garbage collector. */
  give(slot: Slot): void {
    if (slot.memory.byteLength === this.#size) this.#free.push(slot);
  }
}
