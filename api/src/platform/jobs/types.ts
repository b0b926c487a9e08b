import type { Transaction } from '../db/database.ts';

/** Payload of a job: ids only, never personal data. See install.ts for the reason. */
export type JobData = Record<string, string | number | boolean | null>;

export interface JobOptions {
  /** Number of retries before a job becomes a dead letter; default 5. */
  retries?: number;
  /** Seconds before the first retry; doubled for each further one. Default 5. */
  retryDelaySeconds?: number;
  /** Seconds after which a job counts as stuck and is retried; default 300. */
  expireSeconds?: number;
  /** Also sent when a process starts; of several that start, one does it. */
  atStart?: boolean;
}

export type JobHandler = (data: JobData, about: { tenant: string }) => Promise<void>;

/**
 * Deferred work, at least once: a handler may get a job again after a crash, and must be
 * idempotent.
 */
export interface Jobs {
  /** To be called before the server listens; each name once. */
  define(name: string, options: JobOptions, handler: JobHandler): void;
  /**
   * With a transaction, the job exists only if that commits.
   *
   * @param options.key if an unfinished job with the same name and key waits, none is added.
   */
  send(
    tx: Transaction | null,
    name: string,
    data: JobData,
    options?: { startAfter?: Date; key?: string },
  ): Promise<void>;
  /**
   * This process looks for the job at once and not at its next poll: for after the commit of
   * {@link Jobs.send} with a transaction, where a person waits for the result.
   */
  wake(name: string): void;
  /**
   * Sends a job at each time of the cron expression (minutes and coarser) in the zone. Runs missed
   * while no process ran are skipped.
   */
  schedule(name: string, cron: string, data: JobData, timeZone: string): Promise<void>;
}
