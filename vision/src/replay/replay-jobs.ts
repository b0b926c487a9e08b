import { Worker } from 'node:worker_threads';
import {
  LONGEST_REPLAY_MS,
  type ReplayRequest,
  type ReplayResult,
  type ReplayState,
  replayRequest,
} from '@anshi/contracts';
import type { LiveGrant } from '@anshi/contracts/live-grant';
import type { Logger } from 'pino';
import { z } from 'zod';
import { LiveRefusal } from '../live/live-engine.ts';
import { endOf, filesOf } from '../record/observation-files.ts';
import type { ObservationLog } from '../record/observation-log.ts';
import { type ReplayOrder, type ReplayTold, warmUp } from './replay-files.ts';

/** A replay that takes longer is ended. */
const LONGEST_MS = 300_000;
/** Memory of the thread, MB. */
const MEMORY_MB = 192;
/** A result is kept for so long, and so many at most. */
const KEPT_MS = 10 * 60_000;
const MOST_KEPT = 16;

interface Job {
  readonly camera: string;
  readonly session: string;
  readonly thread: Worker;
  readonly timer: NodeJS.Timeout;
  state: ReplayState['state'];
  progress: number;
  result: ReplayResult | null;
  problem: string | null;
  endedAt: number | null;
}

export interface ReplayJobsOptions {
  readonly observations: Pick<ObservationLog, 'folder' | 'of'>;
  readonly log: Logger;
  /** Whether this worker watches the camera. */
  readonly has: (camera: string) => boolean;
  /** For tests: ms. */
  readonly longestMs?: number;
}

/**
 * Replays that people ask for: one at a time, each in a thread of low priority with bounded memory and time, so
 * that the cameras are watched as before.
 */
export class ReplayJobs {
  readonly #options: ReplayJobsOptions;
  readonly #jobs = new Map<string, Job>();
  /** One is being started. */
  #starting = false;

  constructor(options: ReplayJobsOptions) {
    this.#options = options;
  }

  /** @throws LiveRefusal where the request is wrong, or another replay runs. */
  async start(grant: LiveGrant, camera: string, body: string): Promise<void> {
    const { observations, has } = this.#options;
    if (!has(camera)) throw new LiveRefusal(404, `this worker has no camera "${camera}"`);
    const request = requestOf(body);
    if (request.config && request.config.id !== camera) {
      throw new LiveRefusal(422, `the draft is of the camera "${request.config.id}"`);
    }
    this.#forget();
    if (this.#jobs.has(grant.view)) throw new LiveRefusal(401, 'the replay was granted before');
    if (this.#starting || [...this.#jobs.values()].some(({ state }) => state === 'running')) {
      throw new LiveRefusal(429, 'another replay runs on this worker; try again when it is done');
    }
    this.#starting = true;
    try {
      const lane = observations.of(camera);
      lane.write();
      await lane.written();
      const order = await orderOf(request, observations.folder, camera);
      this.#jobs.set(grant.view, this.#run(order, camera, grant.session));
    } finally {
      this.#starting = false;
    }
  }

  /** @throws LiveRefusal 404, also for a replay of another session. */
  state(grant: LiveGrant): ReplayState {
    const { state, progress, result, problem } = this.#own(grant);
    return { state, progress, result, problem };
  }

  /** @throws LiveRefusal 404, also for a replay of another session. */
  cancel(grant: LiveGrant): void {
    const job = this.#own(grant);
    this.#jobs.delete(grant.view);
    this.#end(job);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#jobs.values()].map((job) => this.#end(job)));
    this.#jobs.clear();
  }

  #own({ view, session, camera }: LiveGrant): Job {
    const job = this.#jobs.get(view);
    if (job?.session === session && job.camera === camera) return job;
    throw new LiveRefusal(404, 'no such replay');
  }

  #run(order: ReplayOrder, camera: string, session: string): Job {
    const thread = new Worker(new URL('./replay-thread.ts', import.meta.url), {
      workerData: order,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    });
    thread.unref();
    const { longestMs = LONGEST_MS } = this.#options;
    const job: Job = {
      camera,
      session,
      thread,
      timer: setTimeout(() => {
        this.#fail(job, `it took longer than ${longestMs / 1000} s: take a shorter time`);
      }, longestMs).unref(),
      state: 'running',
      progress: 0,
      result: null,
      problem: null,
      endedAt: null,
    };
    thread.on('message', (told: ReplayTold) => {
      if (job.state !== 'running') return;
      if ('progress' in told) job.progress = told.progress;
      else if ('problem' in told) this.#fail(job, told.problem);
      else {
        job.result = told.result;
        job.state = 'done';
        job.progress = 1;
        void this.#end(job);
      }
    });
    thread.on('error', (error: NodeJS.ErrnoException) => {
      const isTooLarge = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      if (!isTooLarge) this.#options.log.error({ err: error }, 'a replay failed');
      this.#fail(job, isTooLarge ? 'it needs too much memory: take a shorter time' : error.message);
    });
    thread.on('exit', () => this.#fail(job, 'its thread ended'));
    return job;
  }

  #fail(job: Job, problem: string): void {
    if (job.state !== 'running') return;
    job.state = 'failed';
    job.problem = problem;
    void this.#end(job);
  }

  async #end(job: Job): Promise<void> {
    clearTimeout(job.timer);
    job.endedAt ??= Date.now();
    // Also where it runs still: it is cancelled.
    if (job.state === 'running') job.state = 'failed';
    await job.thread.terminate();
  }

  #forget(): void {
    const ended = [...this.#jobs].filter(([, { endedAt }]) => endedAt !== null);
    for (const [id, { endedAt }] of ended) {
      if (Date.now() - (endedAt ?? 0) > KEPT_MS || this.#jobs.size > MOST_KEPT) {
        this.#jobs.delete(id);
      }
    }
  }
}

function requestOf(body: string): ReplayRequest {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new LiveRefusal(400, 'the request is no JSON');
  }
  const read = replayRequest.safeParse(value);
  if (!read.success) throw new LiveRefusal(422, z.prettifyError(read.error));
  return read.data;
}

async function orderOf(
  { config, from, to }: ReplayRequest,
  folder: string,
  camera: string,
): Promise<ReplayOrder> {
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  if (!(begin < end) || end - begin > LONGEST_REPLAY_MS) {
    throw new LiveRefusal(422, 'the time must have a length of up to 24 hours');
  }
  const draft = config && { ...config, url: 'file:recorded' };
  const first = begin - warmUp(draft);
  const files = await filesOf(folder, camera);
  return {
    files: files.filter((file) => endOf(file) > first && file.from < end).map(({ path }) => path),
    config: draft,
    from: begin,
    to: end,
  };
}
