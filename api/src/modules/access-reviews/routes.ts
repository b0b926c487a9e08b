import { z } from 'zod';
import type { Module } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import {
  decisionRequest,
  openRequest,
  reviewParams as params,
  reviewDetail,
  reviewSchema,
} from './schema.ts';
import type { AccessReviews } from './service.ts';

export function accessReviewsModule(reviews: AccessReviews): Module {
  return {
    name: 'access-reviews',
    register(app) {
      const route = routesOf(app, 'access-reviews');
      route.get('/access-reviews', {
        permission: 'access-review:manage',
        operationId: 'listAccessReviews',
        summary: 'Lists the reviews of rights, the newest first',
        answer: z.object({ items: z.array(reviewSchema) }),
        handle: async ({ user }) => ({ items: await reviews.list(user) }),
      });
      route.post('/access-reviews', {
        permission: 'access-review:manage',
        operationId: 'openAccessReview',
        summary: 'Opens a review between those of the calendar',
        body: openRequest,
        created: reviewDetail,
        problems: [409],
        handle: ({ user, body }) => reviews.open(user, body.dueInDays),
      });
      route.get('/access-reviews/:id', {
        permission: 'access-review:manage',
        operationId: 'getAccessReview',
        summary: 'The report of a review: who has what, and what was decided',
        params,
        answer: reviewDetail,
        handle: ({ user, params }) => reviews.get(user, params.id),
      });
      route.post('/access-reviews/:id/decisions', {
        permission: 'access-review:manage',
        operationId: 'decideAccessReview',
        summary: 'Keeps roles or takes them at once; never those of oneself',
        params,
        body: decisionRequest,
        answer: reviewDetail,
        problems: [409],
        handle: ({ user, params, body }) => reviews.decide(user, params.id, body.decisions),
      });
    },
  };
}
