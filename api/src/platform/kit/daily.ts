import type { Platform } from '../module.ts';

/**
 * Runs the work of a module for the tenant at each time that the cron expression means at the plant,
 * while the module is on. What was due while no process ran is not made up for.
 *
 * @param job.id unique among the jobs.
 * @param job.feature the switch of the module.
 * @param job.atStart whether it also runs when the API starts.
 */
export async function runRegularly(
  { jobs, features, settings }: Pick<Platform, 'jobs' | 'features' | 'settings'>,
  job: { id: string; feature: string; cron: string; atStart?: boolean },
  work: (tenant: string) => Promise<unknown>,
): Promise<void> {
  const handler = features.whileOn(
    job.feature,
    async (_data: object, about: { tenant: string }) => {
      await work(about.tenant);
    },
  );
  jobs.define(job.id, { atStart: job.atStart ?? false }, handler);
  await jobs.schedule(job.id, job.cron, {}, settings.timeZone);
}
