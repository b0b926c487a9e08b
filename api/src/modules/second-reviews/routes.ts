import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { ReviewAgreement } from './agreement.ts';
import type { Disagreements } from './disagreements.ts';
import type { SecondReviews } from './reviews.ts';
import * as schema from './schema.ts';
import type { SecondReviewSettings } from './settings.ts';

/** Second reviews of verdicts, blind to the first ones; what differs, and how far reviewers agree. */
export function registerSecondReviews(
  app: App,
  parts: {
    reviews: SecondReviews;
    disagreements: Disagreements;
    agreement: ReviewAgreement;
    settings: SecondReviewSettings;
  },
): void {
  const { reviews, disagreements, agreement, settings } = parts;
  const route = routesOf(app, 'second-reviews');
  route.get('/second-reviews', {
    permission: 'violation:review',
    operationId: 'listSecondReviews',
    summary: 'Lists the incidents that wait for a second verdict of this account',
    description:
      'Verdicts are drawn at random. None of those that the account gave, and none that may concern its person. Nothing is said of the first verdict.',
    query: schema.secondReviewQuery,
    answer: schema.secondReviewPage,
    handle: ({ user, query }) => reviews.list(user, query),
  });
  route.get('/second-review-counts', {
    permission: 'violation:review',
    operationId: 'countSecondReviews',
    summary: 'Counts what waits for a second verdict, and what is to be settled',
    answer: schema.secondReviewCounts,
    handle: async ({ user }) => ({
      open: await reviews.count(user),
      disagreements: await disagreements.count(user),
    }),
  });
  route.get('/second-reviews/:id', {
    permission: 'violation:review',
    operationId: 'getSecondReview',
    summary: 'Reads the evidence of an incident that waits for a second verdict',
    answer: schema.secondReviewDetail,
    problems: [409],
    handle: ({ user, params }) => reviews.get(user, params.id),
  });
  route.put('/second-reviews/:id/lease', {
    permission: 'violation:review',
    operationId: 'leaseSecondReview',
    summary: 'Says that the account looks at it, or renews that',
    description: 'For ten minutes. An account has one such lease: that of another one ends.',
    answer: schema.leaseAnswer,
    problems: [409],
    handle: ({ user, params }) => reviews.lease(user, params.id),
  });
  route.post('/second-reviews/:id/verdict', {
    permission: 'violation:review',
    operationId: 'giveSecondVerdict',
    summary: 'Gives the second verdict; the incident stays as it is',
    body: schema.secondVerdict,
    answer: schema.secondVerdictAnswer,
    problems: [409],
    handle: ({ user, params, body }) => reviews.judge(user, params.id, body),
  });
  route.get('/second-review-disagreements', {
    permission: 'violation:review',
    operationId: 'listReviewDisagreements',
    summary: 'Lists incidents on which two verdicts differ, newest first',
    description: 'Without those on which the account gave the first verdict.',
    query: schema.disagreementQuery,
    answer: schema.disagreementPage,
    handle: ({ user, query }) => disagreements.list(user, query),
  });
  route.post('/second-review-disagreements/:id/settlement', {
    permission: 'violation:review',
    operationId: 'settleReviewDisagreement',
    summary: 'Keeps the first verdict of two that differ',
    description:
      'Where the second one is right, the incident is reopened as usual: that settles it, too. Not by who gave the second verdict.',
    body: schema.settlementRequest,
    answer: schema.disagreement,
    problems: [403, 409],
    handle: ({ user, params, body }) => disagreements.keep(user, params.id, body),
  });
  route.get('/second-review-agreement', {
    permission: 'violation:review',
    operationId: 'getReviewAgreement',
    summary: 'Reads how far first and second verdicts agree',
    description:
      'Cohen’s kappa with its 95 % interval, for all, by rule and by site, up to the last midnight; of the account itself what no other account sees.',
    query: schema.agreementQuery,
    answer: schema.agreementAnswer,
    handle: ({ user, query }) => agreement.read(user, query),
  });
  route.get('/second-review-setting', {
    permission: 'registry:manage',
    operationId: 'getSecondReviewSetting',
    summary: 'Reads how many verdicts are drawn for a second review',
    answer: schema.secondReviewSetting,
    handle: ({ user }) => settings.get(user),
  });
  route.put('/second-review-setting', {
    permission: 'registry:manage',
    operationId: 'changeSecondReviewSetting',
    summary: 'Sets how many verdicts are drawn for a second review',
    body: schema.secondReviewSettingRequest,
    answer: schema.secondReviewSetting,
    handle: ({ user, body }) => settings.change(user, body),
  });
}
