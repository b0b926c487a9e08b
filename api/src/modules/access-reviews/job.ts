import type { Jobs } from '../../platform/jobs/types.ts';
import type { AccessReviews } from './service.ts';

const OPEN = 'access-review-open';
const REMIND = 'access-review-remind';

/** Access reviews are due in January and July; reviewers are reminded daily. */
export async function scheduleAccessReviews(options: {
  reviews: AccessReviews;
  jobs: Jobs;
  timeZone: string;
}): Promise<void> {
  const { reviews, jobs, timeZone } = options;
  jobs.define(OPEN, {}, async (_data, { tenant }) => {
    await reviews.openByCalendar(tenant);
  });
  jobs.define(REMIND, {}, async (_data, { tenant }) => {
    await reviews.remind(tenant);
  });
  await jobs.schedule(OPEN, '0 8 1 1,7 *', {}, timeZone);
  await jobs.schedule(REMIND, '30 8 * * *', {}, timeZone);
}
