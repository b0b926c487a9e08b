import { Worker } from 'node:worker_threads';
import type { Frame, FrameDetections } from '../frame.ts';
import { CropHelp } from './crop-help.ts';
import type { DetectOptions } from './detect-options.ts';
import type { Detector } from './frame-scheduler.ts';
import type { PoseCard, PpeCard } from './model-card.ts';
import { Permits } from './permits.ts';
import type { FrameTask, ThreadAnswer, ThreadData, ThreadMessage } from './thread-messages.ts';

export interface DetectorPoolOptions {
  /** The models that cameras may name, loaded in every thread. */
  readonly cards: readonly PpeCard[];
  /** Loaded with the first frame that requests poses. */
  readonly pose?: PoseCard;
  /**
   * Maximum number of concurrent inferences. One more thread is started, which prepares pixels in
   * parallel.
   */
  readonly threads: number;
  /** Called when a thread failed and is being replaced. */
  readonly onBreakdown?: (error: Error) => void;
}

interface Task {
  readonly id: number;
  readonly frame: Frame;
  resolve(found: FrameDetections): void;
  reject(error: Error): void;
}

interface Thread {
  readonly index: number;
  readonly worker: Worker;
  /** Settles when the thread has exited. */
  readonly ended: Promise<void>;
  ready: boolean;
  task: Task | undefined;
  /** The frame of another thread that it helps with. */
  helping: number | undefined;
}

/** A thread that fails this often without success is restarted after a delay. */
const START_ATTEMPTS = 5;
const REVIVE_MS = 30_000;

/**
 * Inference threads, each with its own session, that read frames in shared memory without a copy.
 * A thread that has nothing to do helps another with the crops of its frame ({@link CropHelp}).
 * There is no queue: `detect` may be called `free` times, then a thread has to become free. A
 * thread that fails loses its frame (the promise rejects with {@link LostFrame}) and is replaced.
 */
export class DetectorPool implements Detector {
  readonly #options: DetectorPoolOptions;
  readonly #memory: SharedArrayBuffer;
  readonly #permits: Permits;
  readonly #threads: Thread[] = [];
  readonly #help = new CropHelp(() => this.#idle());
  readonly #listeners = new Set<() => void>();
  /** Settles when all threads have loaded the models; rejects, and closes the pool, where one cannot. */
  readonly opened: Promise<void>;
  #isOpening = true;
  #failedStarts = 0;
  #lastId = 0;
  #closed = false;

  private constructor(options: DetectorPoolOptions) {
    this.#options = options;
    const threads = options.threads + 1;
    this.#memory = Permits.create(options.threads, threads);
    this.#permits = new Permits(this.#memory);
    this.opened = this.#open();
    // A caller that fails before it waits leaves no unhandled rejection.
    this.opened.catch(() => {});
  }

  /** @throws Error where no model is given, or one cannot be loaded. */
  static async create(options: DetectorPoolOptions): Promise<DetectorPool> {
    const pool = DetectorPool.begin(options);
    await pool.opened;
    return pool;
  }

  /**
   * A pool whose threads still load their models: none is free before. `opened` says when they are.
   *
   * @throws Error where no model is given, or the number of threads cannot be.
   */
  static begin(options: DetectorPoolOptions): DetectorPool {
    if (options.cards.length === 0) throw new Error('a detector pool needs at least one model');
    if (!Number.isInteger(options.threads) || options.threads < 1) {
      throw new Error(`inference threads must be a whole number above 0, not ${options.threads}`);
    }
    return new DetectorPool(options);
  }

  async #open(): Promise<void> {
    const started: Promise<void>[] = [];
    for (let index = 0; index <= this.#options.threads; index++) started.push(this.#start(index));
    try {
      await Promise.all(started);
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      this.#isOpening = false;
    }
  }

  get free(): number {
    return this.#idle().length;
  }

  /** Why no frame is analysed, or null. */
  get problem(): string | null {
    if (this.#isOpening || this.#threads.some((thread) => thread.ready)) return null;
    return 'no inference thread runs, so no camera is analysed; see the log, and check the memory of this machine and the model';
  }

  /** Crops that a thread read for the frame of another, since the start. */
  get helpedCrops(): number {
    return this.#help.crops;
  }

  /** The threads, for tests and diagnosis. */
  get workers(): readonly Worker[] {
    return this.#threads.map(({ worker }) => worker);
  }

  onFree(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  detect(frame: Frame, options: DetectOptions = {}): Promise<FrameDetections> {
    const [thread] = this.#idle();
    if (!thread) {
      return Promise.reject(new Error('no inference thread is free; wait for onFree'));
    }
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      thread.task = { id, frame, resolve, reject };
      const task: FrameTask = {
        kind: 'frame',
        id,
        sentAt: performance.timeOrigin + performance.now(),
        width: frame.width,
        height: frame.height,
        pixels: frame.pixels,
        sequence: frame.sequence,
        options,
      };
      thread.worker.postMessage(task);
    });
  }

  /** Settles when no frame is in progress, or after `longestMs`. */
  async idle(longestMs: number): Promise<void> {
    const until = performance.now() + longestMs;
    while (this.#threads.some(({ task }) => task) && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /**
   * Stops the threads after the frames in progress. They exit by themselves: terminating a thread
   * during an inference crashes the whole process (the runtime's native code throws).
   */
  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    await Promise.all(
      this.#threads.map(({ worker, ended }) => {
        worker.postMessage('close' satisfies ThreadMessage);
        return ended;
      }),
    );
  }

  #idle(): Thread[] {
    return this.#threads.filter((one) => one.ready && !one.task && one.helping === undefined);
  }

  /** Starts (or replaces) a thread; settles when it is ready or has failed. */
  #start(index: number): Promise<void> {
    const { cards, pose = null } = this.#options;
    const data: ThreadData = { cards, pose, permits: this.#memory, thread: index };
    const worker = new Worker(new URL('./inference-thread.ts', import.meta.url), {
      name: `inference-${index}`,
      workerData: data,
      execArgv: [],
    });
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    const thread: Thread = {
      index,
      worker,
      ended,
      ready: false,
      task: undefined,
      helping: undefined,
    };
    this.#threads[index] = thread;
    return new Promise((resolve, reject) => {
      let cause: Error | undefined;
      worker.on('message', (answer: ThreadAnswer) => {
        if (answer.kind === 'ready') {
          thread.ready = true;
          this.#failedStarts = 0;
          resolve();
        } else if (answer.kind === 'help') {
          this.#help.ask(thread, answer.task);
          return;
        } else if (answer.kind === 'helped') {
          this.#help.helped(thread, answer.id, answer.read);
        } else {
          const { task } = thread;
          if (task?.id !== answer.id) return;
          thread.task = undefined;
          if (answer.kind === 'found') task.resolve(answer.found);
          else task.reject(new Error(answer.message));
        }
        this.#tellFree();
      });
      worker.on('error', (error: Error) => {
        cause = error;
      });
      worker.on('exit', (code) => {
        const error = cause ?? new Error(`inference thread ${index} ended with code ${code}`);
        const wasReady = thread.ready;
        thread.ready = false;
        this.#permits.reclaim(index);
        this.#help.gone(thread);
        const { task } = thread;
        thread.task = undefined;
        task?.reject(new LostFrame(task.frame, error));
        reject(error);
        if (this.#closed) return;
        this.#options.onBreakdown?.(error);
        // A failure while the pool is opened is the caller's; later ones are handled here.
        if (!wasReady && this.#failedStarts === 0) return;
        this.#failedStarts++;
        const again = () => {
          if (!this.#closed) this.#start(index).catch(() => {});
        };
        if (this.#failedStarts <= START_ATTEMPTS) again();
        else setTimeout(again, REVIVE_MS).unref();
      });
    });
  }

  #tellFree(): void {
    for (const listener of [...this.#listeners]) {
      if (this.free === 0) return;
      listener();
    }
  }
}

/** A frame without a result because its thread failed. */
export class LostFrame extends Error {
  constructor(frame: Frame, cause: unknown) {
    super(
      `frame ${frame.sequence} of camera "${frame.camera}" was lost: its inference thread broke down`,
      { cause },
    );
    this.name = 'LostFrame';
  }
}
