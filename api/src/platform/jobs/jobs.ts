import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import { ulid } from 'ulid';
import type { Metrics } from '../metrics.ts';
import { openJobsDatabase } from './database.ts';
import { JOBS_SCHEMA } from './schema.ts';
import type { JobData, JobHandler, JobOptions, Jobs } from './types.ts';

export interface JobRunner extends Jobs {
  /** Creates the queues, starts working, and retries while the database is unavailable. */
  start(): Promise<void>;
  /** Takes no more jobs, and waits for the active one. */
  stop(): Promise<void>;
}

interface Defined {
  options: Required<JobOptions>;
  handler: JobHandler;
  /** The worker of pg-boss that takes it here, once it works. */
  worker?: string;
}

interface Envelope {
  tenant: string;
  job: string;
  data: JobData;
}

const usual: Required<JobOptions> = {
  retries: 5,
  retryDelaySeconds: 5,
  expireSeconds: 300,
  atStart: false,
};

/** Time limit of an active job at a stop; afterwards another process takes it. */
const STOP_WITHIN_MS = 10_000;

/** How long finished jobs are kept for inspection. */
const KEPT_SECONDS = 7 * 86_400;

/** The dead letter queue, for inspection. */
export const DEAD_LETTERS = 'dead-letters';

/**
 * Jobs on pg-boss. Each tenant has its own queues, so that a process takes only the jobs of its
 * tenant.
 *
 * @param options.pollSeconds poll interval of the queues; default 2, at least 0.5.
 * @param options.cronSeconds poll interval of the schedules; default 30, at least 1.
 */
export function createJobs(options: {
  databaseUrl: string;
  tenant: string;
  log: Logger;
  metrics?: Pick<Metrics, 'jobs' | 'deadJobs'>;
  pollSeconds?: number;
  cronSeconds?: number;
}): JobRunner {
  const { tenant, log, metrics } = options;
  const database = openJobsDatabase(options.databaseUrl, tenant, (error) =>
    log.warn({ why: error.message }, 'jobs wait for the database'),
  );
  const boss = new PgBoss({
    db: database.patient,
    schema: JOBS_SCHEMA,
    migrate: false,
    cronMonitorIntervalSeconds: options.cronSeconds ?? 30,
    cronWorkerIntervalSeconds: Math.min(5, options.cronSeconds ?? 5),
    // Indexes belong to the owner of the tables, which is another role.
    reindex: false,
    // Names of hosts and processes are nothing for the tables of all tenants.
    registerInstance: false,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'a job queue has a problem'));
  const defined = new Map<string, Defined>();
  const scheduled: { name: string; cron: string; data: JobData; timeZone: string }[] = [];
  let state: 'new' | 'starting' | 'running' | 'stopped' = 'new';
  let starting: Promise<void> = Promise.resolve();
  let counting: NodeJS.Timeout | undefined;

  const poll = { pollingIntervalSeconds: options.pollSeconds ?? 2 };
  const queueOf = (name: string) => `${tenant}.${name}`;
  const known = (name: string): Defined => {
    const found = defined.get(name);
    if (!found) throw new Error(`there is no job "${name}": define it where its module is made`);
    return found;
  };

  async function begin(): Promise<void> {
    await boss.start();
    await boss.createQueue(queueOf(DEAD_LETTERS));
    for (const [name, one] of defined) {
      const { options: own, handler } = one;
      const queue = queueOf(name);
      const terms = {
        retryLimit: own.retries,
        retryDelay: own.retryDelaySeconds,
        retryBackoff: true,
        expireInSeconds: own.expireSeconds,
        deleteAfterSeconds: KEPT_SECONDS,
        deadLetter: queueOf(DEAD_LETTERS),
      };
      // Per key at most one job waits beside the running ones: none is lost, and none piles up.
      await boss.createQueue(queue, { policy: 'short', ...terms });
      // A newer version of the program may have changed its parameters.
      await boss.updateQueue(queue, terms);
      one.worker = await boss.work<Envelope>(queue, poll, async ([job]) => {
        if (job) await handle(name, handler, job);
      });
    }
    for (const one of scheduled) await writeSchedule(one);
    await dropOldSchedules();
    for (const [name, { options: own }] of defined) {
      if (own.atStart) {
        const queue = queueOf(name);
        await boss.send(queue, envelope(name, {}), { singletonKey: 'start' });
      }
    }
    if (state === 'starting') state = 'running';
    await countDead();
    counting = setInterval(() => void countDead(), 60_000).unref();
  }

  async function countDead(): Promise<void> {
    try {
      metrics?.deadJobs.set(
        (await boss.getQueueStats(queueOf(DEAD_LETTERS), { force: true }))[0]?.queuedCount ?? 0,
      );
    } catch (error) {
      log.debug({ err: error }, 'the dead letters are not counted');
    }
  }

  async function handle(name: string, handler: JobHandler, job: Job<Envelope>): Promise<void> {
    try {
      await handler(job.data.data, { tenant });
      metrics?.jobs.inc({ job: name, result: 'done' });
    } catch (error) {
      metrics?.jobs.inc({ job: name, result: 'failed' });
      log.warn({ err: error, job: name, id: job.id }, 'a job failed; it is retried');
      throw error;
    }
  }

  const writeSchedule = ({ name, cron, data, timeZone }: (typeof scheduled)[number]) =>
    boss.schedule(queueOf(name), cron, envelope(name, data), { tz: timeZone });

  /** An older version of the program may have scheduled jobs that nothing runs any more. */
  async function dropOldSchedules(): Promise<void> {
    const known = new Set(scheduled.map(({ name }) => queueOf(name)));
    for (const { name } of await boss.getSchedules()) {
      if (name.startsWith(queueOf('')) && !known.has(name)) await boss.unschedule(name);
    }
  }

  const envelope = (job: string, data: JobData): Envelope => ({ tenant, job, data });

  return {
    define(name, own, handler) {
      if (defined.has(name)) throw new Error(`the job "${name}" is defined twice`);
      if (state !== 'new') throw new Error(`the job "${name}" is defined after the start`);
      defined.set(name, { options: { ...usual, ...own }, handler });
    },

    async send(tx, name, data, { startAfter, key } = {}) {
      known(name);
      const db = tx
        ? {
            // The same statement in the caller's transaction.
            executeSql: async (text: string, values: unknown[] = []) => ({
              rows: await tx.$queryRawUnsafe<unknown[]>(text, ...values.map(asParameter)),
            }),
          }
        : database.prompt;
      await boss.send(queueOf(name), envelope(name, data), {
        db,
        ...(startAfter ? { startAfter } : {}),
        singletonKey: key ?? ulid(),
      });
    },

    wake(name) {
      const { worker } = known(name);
      if (worker) boss.notifyWorker(worker);
    },

    async schedule(name, cron, data, timeZone) {
      known(name);
      const one = { name, cron, data, timeZone };
      scheduled.push(one);
      if (state === 'running') await writeSchedule(one);
    },

    start() {
      if (state !== 'new') return starting;
      state = 'starting';
      starting = (async () => {
        while (state === 'starting') {
          try {
            return await begin();
          } catch (error) {
            log.error(
              { err: error },
              'the jobs did not start; run the migrations where it says so',
            );
            await sleep(5_000, undefined, { ref: false });
          }
        }
      })();
      return starting;
    },

    async stop() {
      const ran = state === 'running';
      if (state === 'stopped') return;
      state = 'stopped';
      clearInterval(counting);
      // An unavailable database must not block the stop.
      const late = sleep(STOP_WITHIN_MS + 1_000, undefined, { ref: false });
      if (ran) {
        await Promise.race([boss.stop({ graceful: true, timeout: STOP_WITHIN_MS }), late]);
      }
      await database.close();
    },
  };
}

/** Converts values for the transaction's driver: objects to JSON text, undefined to null. */
function asParameter(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : value;
}
