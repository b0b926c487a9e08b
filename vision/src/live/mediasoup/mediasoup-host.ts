import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import { EngineUnavailable } from '../live-engine.ts';
import { findWorker } from './find-worker.ts';
import { mediasoupPackage } from './package-folder.ts';
import { WorkerCache, workerCacheFolder } from './worker-cache.ts';

/** A missing binary is looked for again this much later, by the next view. */
const LOOK_AGAIN_MS = 5_000;
/** A worker that dies this often within the time is not started again before the time is over. */
const MOST_DEATHS = 5;
const DEATHS_WITHIN_MS = 60_000;

type Mediasoup = typeof import('mediasoup');

export interface HostOptions {
  readonly env: Record<string, string | undefined>;
  readonly log: Logger;
}

/** Keeps mediasoup's worker process running: it is started again as soon as it died. */
export class MediasoupHost {
  readonly #options: HostOptions;
  readonly #deaths: number[] = [];
  #worker: types.Worker | null = null;
  #starting: Promise<types.Worker> | null = null;
  #unavailable: { readonly error: EngineUnavailable; readonly until: number } | null = null;
  #closed = false;

  constructor(options: HostOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#worker !== null;
  }

  /** Process id of the worker; undefined while none runs. */
  get pid(): number | undefined {
    return this.#worker?.pid;
  }

  /**
   * The running worker; starts it where its binary is there.
   *
   * @throws EngineUnavailable with the reason.
   */
  async worker(): Promise<types.Worker> {
    if (this.#worker) return this.#worker;
    if (this.#unavailable && performance.now() < this.#unavailable.until) {
      throw this.#unavailable.error;
    }
    this.#starting ??= this.#start().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  close(): void {
    this.#closed = true;
    this.#worker?.close();
    this.#worker = null;
  }

  async #start(): Promise<types.Worker> {
    const { env, log } = this.#options;
    const found = mediasoupPackage();
    if (!found) throw this.#later('no-package', 'npm left the package mediasoup out; run `npm ci`');
    const cache = new WorkerCache(workerCacheFolder(env), found.version);
    const binary = await findWorker(env, cache);
    if ('reason' in binary) throw this.#later(binary.code, binary.reason);
    try {
      const { createWorker }: Mediasoup = await import('mediasoup');
      const worker = await createWorker({
        workerBin: binary.bin,
        logLevel: 'error',
        // The build has none of it, and the maker's binary shall do the same.
        disableLiburing: true,
      });
      if (this.#closed) {
        worker.close();
        throw new Error('the vision worker is stopping');
      }
      this.#worker = worker;
      this.#unavailable = null;
      worker.on('died', (error) => this.#died(worker, error));
      log.info({ pid: worker.pid, version: found.version, from: binary.from }, 'mediasoup runs');
      return worker;
    } catch (error) {
      throw this.#later('not-started', `${binary.bin}: ${(error as Error).message}`);
    }
  }

  #died(worker: types.Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#options.log.error({ err: error }, 'the worker of mediasoup died');
    const now = performance.now();
    this.#deaths.push(now);
    if (this.#deaths.length > MOST_DEATHS) this.#deaths.shift();
    const first = this.#deaths[0] ?? now;
    if (this.#deaths.length === MOST_DEATHS && now - first < DEATHS_WITHIN_MS) {
      this.#later('not-started', 'the worker died again and again', first + DEATHS_WITHIN_MS);
      return;
    }
    this.worker().catch(() => {
      // Said in the log; the next view tries again.
    });
  }

  #later(
    reason: EngineUnavailable['reason'],
    detail: string,
    until = performance.now() + LOOK_AGAIN_MS,
  ): EngineUnavailable {
    const error = new EngineUnavailable(reason, detail);
    if (this.#unavailable?.error.message !== detail) {
      this.#options.log.warn({ reason, detail }, 'live views do not use mediasoup');
    }
    this.#unavailable = { error, until };
    return error;
  }
}
