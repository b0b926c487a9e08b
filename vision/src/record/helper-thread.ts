import { parentPort, Worker } from 'node:worker_threads';

interface Request {
  readonly id: number;
  readonly input: unknown;
}

interface Answer {
  readonly id: number;
  readonly output?: unknown;
  readonly error?: { readonly message: string; readonly code?: string | undefined };
}

interface Asked {
  resolve(output: unknown): void;
  reject(error: Error): void;
}

/**
 * A thread for one kind of work that would block the main loop: CPU-intensive, or starting
 * processes (which blocks a thread for tens of milliseconds). If it fails, its pending call rejects
 * and the next call starts a new one.
 */
export class HelperThread<Input, Output> {
  readonly #module: URL;
  readonly #asked = new Map<number, Asked>();
  #thread: Worker | undefined;
  #next = 1;

  /** @param module URL of a module that calls {@link serveThread}. */
  constructor(module: URL) {
    this.#module = module;
  }

  call(input: Input): Promise<Output> {
    const id = this.#next++;
    return new Promise<Output>((resolve, reject) => {
      this.#asked.set(id, { resolve: (output) => resolve(output as Output), reject });
      const thread = this.#started();
      thread.ref();
      thread.postMessage({ id, input } satisfies Request);
    });
  }

  /** Starts the thread ahead of the first call. */
  warm(): void {
    this.#started();
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  #started(): Worker {
    if (this.#thread) return this.#thread;
    const thread = new Worker(this.#module);
    thread.on('message', ({ id, output, error }: Answer) => {
      const asked = this.#asked.get(id);
      this.#asked.delete(id);
      // An idle thread does not keep the process alive.
      if (this.#asked.size === 0) thread.unref();
      if (error) asked?.reject(Object.assign(new Error(error.message), { code: error.code }));
      else asked?.resolve(output);
    });
    const broken = (error: Error) => {
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      for (const { reject } of this.#asked.values()) reject(error);
      this.#asked.clear();
    };
    thread.on('error', broken);
    thread.on('exit', () => broken(new Error('the helper thread ended')));
    thread.unref();
    this.#thread = thread;
    return thread;
  }
}

/** The thread's side: answers each call with `work`. */
export function serveThread<Input, Output>(work: (input: Input) => Promise<Output>): void {
  parentPort?.on('message', ({ id, input }: Request) => {
    work(input as Input).then(
      (output) => parentPort?.postMessage({ id, output } satisfies Answer),
      (cause: NodeJS.ErrnoException) => {
        const error = { message: cause.message, code: cause.code };
        parentPort?.postMessage({ id, error } satisfies Answer);
      },
    );
  });
}
