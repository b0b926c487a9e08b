import type { Jobs } from '../../platform/jobs/types.ts';
import type { createDropWatch } from './drops.ts';
import type { LostWorkers } from './lost.ts';
import type { ModelReviews } from './reviews.ts';

export const OPEN_REVIEW = 'model-review-open';
const DROPS = 'model-drops';
export const LOST_WORKERS = 'model-lost-workers';

/**
 * Daily: opens the due half-yearly review, and searches for precision drops. A missed day is made
 * up for on the next. Hourly: searches for lost workers, also while the feature is off, because the
 * log is kept.
 */
export async function scheduleModelReviews(options: {
  reviews: ModelReviews;
  drops: ReturnType<typeof createDropWatch>;
  lost: LostWorkers;
  /** Whether the tenant has the module switched on. */
  isOn: () => Promise<boolean>;
  jobs: Jobs;
  timeZone: string;
}): Promise<void> {
  const { reviews, drops, lost, isOn, jobs, timeZone } = options;
  jobs.define(OPEN_REVIEW, {}, async (_data, { tenant }) => {
    if (await isOn()) await reviews.openByCalendar(tenant);
  });
  jobs.define(DROPS, {}, async (_data, { tenant }) => {
    if (await isOn()) await drops.look(tenant);
  });
  jobs.define(LOST_WORKERS, {}, async (_data, { tenant }) => {
    await lost.look(tenant);
  });
  await jobs.schedule(LOST_WORKERS, '7 * * * *', {}, timeZone);
  await jobs.schedule(OPEN_REVIEW, '0 8 * * *', {}, timeZone);
  await jobs.schedule(DROPS, '20 8 * * *', {}, timeZone);
}
