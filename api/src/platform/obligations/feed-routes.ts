import rateLimit from '@fastify/rate-limit';
import { z } from 'zod';
import type { App } from '../http/app-types.ts';
import { Problem } from '../http/errors.ts';
import { problems } from '../http/problems.ts';
import { CALENDAR, calendarAnswer } from '../kit/list-export.ts';
import { routesOf } from '../kit/routes.ts';
import { FEED_PATH, type ObligationFeeds } from './feed.ts';
import { feedMade, feedRequest, feedState } from './schema.ts';

/** Calendar programs read every few minutes at most. */
const OF_ONE_ADDRESS = { max: 30, timeWindow: 600_000 };
/** Providers of calendars read for many people from one address. */
const OF_ONE_CALLER = { max: 600, timeWindow: 600_000 };
const parameters = z.object({
  secret: z.string().max(120).describe('The secret of the address, with .ics behind it.'),
});
const secretIn = (params: unknown) => parameters.parse(params).secret.replace(/\.ics$/, '');

/** The calendar feed of an account: made, renewed and withdrawn by the account, read by its address. */
export function registerFeeds(app: App, feeds: ObligationFeeds): void {
  const route = routesOf(app, 'obligations');
  route.get('/obligations/feed', {
    permission: 'obligation:read',
    operationId: 'getObligationFeed',
    summary: 'Says whether the account has a calendar feed of what falls due',
    answer: feedState,
    handle: ({ user }) => feeds.state(user),
  });
  route.post('/obligations/feed', {
    permission: 'obligation:read',
    operationId: 'makeObligationFeed',
    summary: 'Makes the address of the calendar feed of the account, or renews it',
    description: 'The address before it answers nothing any more.',
    body: feedRequest,
    answer: feedMade,
    handle: ({ user, body, request }) =>
      feeds.make(user, body.language, `${request.protocol}://${request.host}`),
  });
  route.delete('/obligations/feed', {
    permission: 'obligation:read',
    operationId: 'withdrawObligationFeed',
    summary: 'Withdraws the address of the calendar feed of the account',
    handle: ({ user }) => feeds.withdraw(user),
  });
  app.register(async (scope: App) => {
    await scope.register(rateLimit, { global: false });
    const ofCaller = scope.createRateLimit({ ...OF_ONE_CALLER, keyGenerator: ({ ip }) => ip });
    const ofAddress = scope.createRateLimit({
      ...OF_ONE_ADDRESS,
      keyGenerator: ({ params }) => secretIn(params),
    });
    scope.get(
      `${FEED_PATH}/:secret`,
      {
        config: { public: true, secretAddress: true },
        schema: {
          tags: ['obligations'],
          operationId: 'readObligationFeed',
          summary: 'The calendar feed of an account, by the secret of its address',
          description:
            'For calendar programs, without an account. Numbers in the place of names, and nothing of health. Withdrawn, or of a locked account: 404.',
          params: parameters,
          response: { ...calendarAnswer, ...problems(400, 404, 429, 503) },
        },
        preHandler: async (request) => {
          for (const check of [ofCaller, ofAddress]) {
            const state = await check(request);
            if (state.isAllowed || !state.isExceeded) continue;
            throw new Problem('obligation.feed-too-often', undefined, {
              retryAfterSeconds: state.ttlInSeconds,
            });
          }
        },
      },
      async ({ params }, reply) =>
        reply
          .header('cache-control', 'private, no-store')
          .type(CALENDAR)
          .send(await feeds.read(secretIn(params))),
    );
  });
}
