/**
 * A counting semaphore in shared memory: at most `count` concurrent inferences over all threads.
 * There is one thread more than there are permits, so that the next frame's pixels are prepared
 * during an inference.
 *
 * Layout: [0] free permits, [1 + thread] 1 while that thread holds one.
 */
export class Permits {
  readonly #cells: Int32Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Int32Array(memory);
  }

  static create(count: number, threads: number): SharedArrayBuffer {
    const memory = new SharedArrayBuffer(4 * (1 + threads));
    new Int32Array(memory)[0] = count;
    return memory;
  }

  /** Blocks the calling thread until a permit is free. Never call it on the main thread. */
  acquire(thread: number): void {
    for (;;) {
      const free = Atomics.load(this.#cells, 0);
      if (free <= 0) {
        Atomics.wait(this.#cells, 0, free);
      } else if (Atomics.compareExchange(this.#cells, 0, free, free - 1) === free) {
        Atomics.store(this.#cells, 1 + thread, 1);
        return;
      }
    }
  }

  release(thread: number): void {
    this.reclaim(thread);
  }

  /** Releases the permit of a thread, if it holds one: also for a thread that died. */
  reclaim(thread: number): void {
    if (Atomics.exchange(this.#cells, 1 + thread, 0) === 1) {
      Atomics.add(this.#cells, 0, 1);
      Atomics.notify(this.#cells, 0, 1);
    }
  }
}
