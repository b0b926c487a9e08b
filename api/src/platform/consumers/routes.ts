import type { Module } from '../http/app-types.ts';
import { routesOf } from '../kit/routes.ts';
import { deadLetterPage, deadLetterQuery, deadLetterSchema, dismissRequest } from './schema.ts';
import type { DeadLetters } from './service.ts';

export function deadLettersModule(letters: DeadLetters): Module {
  return {
    name: 'consumers',
    register(app) {
      const route = routesOf(app, 'dead-letters');
      route.get('/dead-letters', {
        permission: 'event:read',
        operationId: 'listDeadLetters',
        summary: 'Lists events that a consumer gave up, newest first',
        query: deadLetterQuery,
        answer: deadLetterPage,
        handle: ({ user, query }) => letters.list(user.account, query),
      });
      route.post('/dead-letters/:id/replay', {
        permission: 'event:manage',
        operationId: 'replayDeadLetter',
        summary: 'Has the consumer try the event once more',
        accepted: deadLetterSchema,
        problems: [409],
        handle: ({ user, params }) => letters.replay(user, params.id),
      });
      route.post('/dead-letters/:id/dismiss', {
        permission: 'event:manage',
        operationId: 'dismissDeadLetter',
        summary: 'Leaves the event unprocessed, with a reason',
        body: dismissRequest,
        answer: deadLetterSchema,
        problems: [409],
        handle: ({ user, params, body }) => letters.dismiss(user, params.id, body.reason),
      });
    },
  };
}
