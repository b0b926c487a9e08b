import { ulid } from '@anshi/contracts';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { accountOf } from '../access/request-account.ts';
import type { Module } from '../http/app-types.ts';
import { problems } from '../http/problems.ts';
import { deadLetterPage, deadLetterQuery, deadLetterSchema, dismissRequest } from './schema.ts';
import type { DeadLetters } from './service.ts';

const tags = ['dead-letters'];
const params = z.object({ id: ulid });

export function deadLettersModule(letters: DeadLetters): Module {
  return {
    name: 'consumers',
    register(app) {
      app.get(
        '/api/v1/dead-letters',
        {
          config: { permission: 'event:read' },
          schema: {
            tags,
            operationId: 'listDeadLetters',
            summary: 'Lists events that a consumer gave up, newest first',
            querystring: deadLetterQuery,
            response: { 200: deadLetterPage, ...problems(400, 401, 403, 503) },
          },
        },
        (request) => letters.list(accountOf(request), request.query),
      );
      app.post(
        '/api/v1/dead-letters/:id/replay',
        {
          config: { permission: 'event:manage' },
          schema: {
            tags,
            operationId: 'replayDeadLetter',
            summary: 'Has the consumer try the event once more',
            params,
            response: { 202: deadLetterSchema, ...problems(400, 401, 403, 404, 409, 503) },
          },
        },
        async (request, reply) =>
          reply.code(202).send(await letters.replay(callerOf(request), request.params.id)),
      );
      app.post(
        '/api/v1/dead-letters/:id/dismiss',
        {
          config: { permission: 'event:manage' },
          schema: {
            tags,
            operationId: 'dismissDeadLetter',
            summary: 'Leaves the event unprocessed, with a reason',
            params,
            body: dismissRequest,
            response: { 200: deadLetterSchema, ...problems(400, 401, 403, 404, 409, 503) },
          },
        },
        (request) => letters.dismiss(callerOf(request), request.params.id, request.body.reason),
      );
    },
  };
}
