import type { Open } from '../../platform/module.ts';
import { createAgreement } from './agreement.ts';
import { createDisagreements } from './disagreements.ts';
import { createDraws } from './follow.ts';
import { createSecondReviews } from './reviews.ts';
import { registerSecondReviews } from './routes.ts';
import { watchFirstVerdicts } from './seen.ts';
import { createSecondReviewSettings } from './settings.ts';

/** Second reviews of verdicts that are drawn at random. */
export const open: Open = ({ units, database, services, settings }) => {
  const { events } = services.get('incidents');
  // So that the page of the demonstration is not empty on the first day.
  events.follow(createDraws({ isDemo: settings.demo?.records === true }));
  const parts = {
    reviews: createSecondReviews({ units }),
    disagreements: createDisagreements({ units }),
    agreement: createAgreement({ units, timeZone: settings.timeZone }),
    settings: createSecondReviewSettings({ units }),
  };
  return {
    register: (app) => registerSecondReviews(app, parts),
    watch: (app) => watchFirstVerdicts(app, database),
  };
};
