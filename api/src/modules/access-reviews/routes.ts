import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import {
  decisionRequest,
  openRequest,
  reviewParams as params,
  reviewDetail,
  reviewSchema,
} from './schema.ts';
import type { AccessReviews } from './service.ts';

const tags = ['access-reviews'];
const config = { permission: 'access-review:manage' } as const;

export function accessReviewsModule(reviews: AccessReviews): Module {
  return {
    name: 'access-reviews',
    register(app) {
      app.get(
        '/api/v1/access-reviews',
        {
          config,
          schema: {
            tags,
            operationId: 'listAccessReviews',
            summary: 'Lists the reviews of rights, the newest first',
            response: {
              200: z.object({ items: z.array(reviewSchema) }),
              ...problems(401, 403, 503),
            },
          },
        },
        async (request) => ({ items: await reviews.list(callerOf(request)) }),
      );
      app.post(
        '/api/v1/access-reviews',
        {
          config,
          schema: {
            tags,
            operationId: 'openAccessReview',
            summary: 'Opens a review between those of the calendar',
            body: openRequest,
            response: { 201: reviewDetail, ...problems(400, 401, 403, 409, 503) },
          },
        },
        async (request, reply) =>
          reply.code(201).send(await reviews.open(callerOf(request), request.body.dueInDays)),
      );
      app.get(
        '/api/v1/access-reviews/:id',
        {
          config,
          schema: {
            tags,
            operationId: 'getAccessReview',
            summary: 'The report of a review: who has what, and what was decided',
            params,
            response: { 200: reviewDetail, ...problems(400, 401, 403, 404, 503) },
          },
        },
        (request) => reviews.get(callerOf(request), request.params.id),
      );
      app.post(
        '/api/v1/access-reviews/:id/decisions',
        {
          config,
          schema: {
            tags,
            operationId: 'decideAccessReview',
            summary: 'Keeps roles or takes them at once; never those of oneself',
            params,
            body: decisionRequest,
            response: { 200: reviewDetail, ...problems(400, 401, 403, 404, 409, 503) },
          },
        },
        (request) => reviews.decide(callerOf(request), request.params.id, request.body.decisions),
      );
    },
  };
}
