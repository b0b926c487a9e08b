import { ulid } from '@anshi/contracts';
import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import type { App } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { registerRecordRoutes } from '../../platform/workflow/record-routes.ts';
import { modelReviewDetail, reviewAction, reviewList } from './review-schema.ts';
import type { ModelReviews } from './reviews.ts';

const tags = ['models'];
const read = { permission: 'model:read' } as const;
const params = z.strictObject({ id: ulid });

/** The half-yearly reviews. */
export function registerModelReviews(app: App, reviews: ModelReviews): void {
  app.get(
    '/api/v1/models/reviews',
    {
      config: read,
      schema: {
        tags,
        operationId: 'listModelReviews',
        summary: 'Lists the reviews of the models, and says when the next is due',
        response: { 200: reviewList, ...problems(401, 403, 503) },
      },
    },
    (request) => reviews.list(callerOf(request)),
  );
  app.post(
    '/api/v1/models/reviews',
    {
      config: { permission: 'model:manage' },
      schema: {
        tags,
        operationId: 'openModelReview',
        summary: 'Opens a review between those of the calendar',
        body: z.strictObject({}),
        response: { 201: modelReviewDetail, ...problems(400, 401, 403, 409, 503) },
      },
    },
    async (request, reply) => reply.code(201).send(await reviews.open(callerOf(request))),
  );
  app.get(
    '/api/v1/models/reviews/:id',
    {
      config: read,
      schema: {
        tags,
        operationId: 'getModelReview',
        summary: 'Reads a review with the figures it was opened with, and what can be done',
        params,
        response: { 200: modelReviewDetail, ...problems(400, 401, 403, 404, 503) },
      },
    },
    (request) => reviews.get(callerOf(request), request.params.id),
  );
  registerRecordRoutes(app, reviews.record, {
    path: '/api/v1/models/reviews/:id',
    permission: 'model:read',
    tags,
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
