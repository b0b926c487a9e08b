import type { Open } from '../../platform/module.ts';
import { scheduleAccessReviews } from './job.ts';
import { accessReviewsModule } from './routes.ts';
import { createAccessReviews } from './service.ts';

export const open: Open = async ({ units, accountEvents, notices, jobs, settings }) => {
  const reviews = createAccessReviews({ units, events: accountEvents, notices });
  await scheduleAccessReviews({ reviews, jobs, timeZone: settings.timeZone });
  return accessReviewsModule(reviews);
};
