import type { Transaction } from '../db/database.ts';

/** What a job carries: ids only, never personal data. See install.ts for why. */
export type JobData = Record<string, string | number | boolean | null>;

export interface JobOptions {
  /** How often a failed job is tried again before it goes to the dead letters; 5 where left out. */
  retries?: number;
  /** Seconds before the first retry; each further one waits twice as long. 5 where left out. */
  retryDelaySeconds?: number;
  /** After so many seconds a job is taken for stuck and tried again; 300 where left out. */
  expireSeconds?: number;
}

export type JobHandler = (data: JobData, about: { tenant: string }) => Promise<void>;

/**
 * Work that is done later, at least once: a handler may see a job again after a crash, and must
 * leave things as after the first time.
 */
export interface Jobs {
  /** Before the process listens; each name once. */
  define(name: string, options: JobOptions, handler: JobHandler): void;
  /**
   * With a transaction, the job exists only if that commits.
   *
   * @param options.key where an unfinished job with the same name and key waits, none is added.
   */
  send(
    tx: Transaction | null,
    name: string,
    data: JobData,
    options?: { startAfter?: Date; key?: string },
  ): Promise<void>;
  /**
   * Sends a job of the name at each time that the cron expression (minutes and coarser) means in the
   * zone. What was due while no process ran is not made up for.
   */
  schedule(name: string, cron: string, data: JobData, timeZone: string): Promise<void>;
}
