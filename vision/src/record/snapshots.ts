import { Worker } from 'node:worker_threads';

export interface SnapshotRequest {
  readonly id: number;
  /** I420. */
  readonly pixels: ArrayBuffer;
  readonly width: number;
  readonly height: number;
}

export type SnapshotAnswer =
  | { readonly id: number; readonly jpeg: Uint8Array }
  | { readonly id: number; readonly error: string };

const ATTEMPTS = 3;

interface Asked {
  resolve(jpeg: Uint8Array): void;
  reject(error: Error): void;
}

/** Makes JPEGs of frames in a thread of its own, so that the main loop goes on. */
export class Snapshots {
  #thread: Worker | undefined;
  readonly #asked = new Map<number, Asked>();
  #next = 1;

  /**
   * @param pixels I420 of `width` x `height`. Kept until the picture is made: a thread that breaks
   *   down is replaced and the picture tried again.
   * @returns the JPEG, of the same size.
   */
  async jpeg(pixels: ArrayBuffer, width: number, height: number): Promise<Uint8Array> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#ask(pixels, width, height);
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }

  #ask(pixels: ArrayBuffer, width: number, height: number): Promise<Uint8Array> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      const request: SnapshotRequest = { id, pixels, width, height };
      const thread = this.#started();
      thread.ref();
      thread.postMessage(request);
    });
  }

  /** Starts the thread, so that the first picture does not wait for it. */
  warm(): void {
    this.#started();
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  #started(): Worker {
    if (this.#thread) return this.#thread;
    const thread = new Worker(new URL('./start-snapshot-thread.mjs', import.meta.url));
    thread.on('message', (answer: SnapshotAnswer) => {
      const asked = this.#asked.get(answer.id);
      this.#asked.delete(answer.id);
      // An idle thread does not keep the process alive.
      if (this.#asked.size === 0) thread.unref();
      if ('jpeg' in answer) asked?.resolve(answer.jpeg);
      else asked?.reject(new Error(`the snapshot cannot be encoded: ${answer.error}`));
    });
    const broken = (error: Error) => {
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      for (const { reject } of this.#asked.values()) reject(error);
      this.#asked.clear();
    };
    thread.on('error', broken);
    thread.on('exit', () => broken(new Error('the snapshot thread ended')));
    thread.unref();
    this.#thread = thread;
    return thread;
  }
}
