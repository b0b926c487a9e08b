import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { Board } from './board.ts';
import * as schema from './schema.ts';
import type { Ways } from './ways.ts';

const permission = 'location:read';

/** Who is at the post, and the way of a person played again. */
export function registerPresence(app: App, { board, ways }: { board: Board; ways: Ways }): void {
  const route = routesOf(app, 'presence');
  route.get('/presence', {
    permission,
    operationId: 'listPresence',
    summary: 'Lists who is at the post, elsewhere, silent, gone or not tracked',
    query: schema.boardQuery,
    answer: schema.boardPage,
    handle: ({ user, query }) => board.list(user, query),
  });
  route.get('/presence/summary', {
    permission,
    operationId: 'summarisePresence',
    summary: 'Counts the people of each department, or of the posts of each area, by their state',
    query: schema.summaryQuery,
    answer: schema.summary,
    handle: ({ user, query }) => board.summary(user, query),
  });
  route.post('/presence/ways', {
    permission,
    operationId: 'playWay',
    summary: 'Plays the way of a person again',
    description: 'The reason and who asked are kept in the audit log.',
    body: schema.wayRequest,
    answer: schema.way,
    problems: [404, 409, 422],
    handle: async ({ user, body, reply }) => {
      reply.header('cache-control', 'no-store');
      return ways.play(user, body);
    },
  });
}
