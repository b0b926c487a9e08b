/**
 * Hands the crops of one frame to several threads: each crop is claimed once. The memory holds the
 * number of claims.
 */
export class CropClaims {
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #crops: number;

  /** @param crops how many there are. */
  constructor(memory: SharedArrayBuffer, crops: number) {
    this.#cells = new Int32Array(memory);
    this.#crops = crops;
  }

  static create(): SharedArrayBuffer {
    return new SharedArrayBuffer(4);
  }

  /** The index of a crop that no other thread has; undefined where none is left. */
  next(): number | undefined {
    const claimed = Atomics.add(this.#cells, 0, 1);
    return claimed < this.#crops ? claimed : undefined;
  }
}
