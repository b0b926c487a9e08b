import { z } from 'zod';
import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import { registerRecordRoutes } from '../../platform/workflow/record-routes.ts';
import { modelReviewDetail, reviewAction, reviewList } from './review-schema.ts';
import type { ModelReviews } from './reviews.ts';

/** The half-yearly reviews. */
export function registerModelReviews(app: App, reviews: ModelReviews): void {
  const route = routesOf(app, 'models');
  route.get('/models/reviews', {
    permission: 'model:read',
    operationId: 'listModelReviews',
    summary: 'Lists the reviews of the models, and says when the next is due',
    answer: reviewList,
    handle: ({ user }) => reviews.list(user),
  });
  route.post('/models/reviews', {
    permission: 'model:manage',
    operationId: 'openModelReview',
    summary: 'Opens a review between those of the calendar',
    body: z.strictObject({}),
    created: modelReviewDetail,
    problems: [409],
    handle: ({ user }) => reviews.open(user),
  });
  route.get('/models/reviews/:id', {
    permission: 'model:read',
    operationId: 'getModelReview',
    summary: 'Reads a review with the figures it was opened with, and what can be done',
    answer: modelReviewDetail,
    handle: ({ user, params }) => reviews.get(user, params.id),
  });
  registerRecordRoutes(app, reviews.record, {
    path: '/models/reviews/:id',
    permission: 'model:read',
    tag: 'models',
    noun: 'a review of the models',
    operations: {
      history: 'getModelReviewHistory',
      assignable: 'listModelReviewAssignable',
      act: 'actOnModelReview',
    },
    action: reviewAction,
    answer: modelReviewDetail,
    description:
      'To replace names a version in the field `new-version` and hands in the result of its bench.',
  });
}
