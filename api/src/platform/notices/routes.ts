import rateLimit from '@fastify/rate-limit';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { accountOf } from '../access/request-account.ts';
import type { Units } from '../db/unit-of-work.ts';
import type { App, Module } from '../http/app-types.ts';
import { Problem } from '../http/errors.ts';
import { problems } from '../http/problems.ts';
import type { Inbox } from './inbox.ts';
import { noticePage, noticeQuery, readRequest, receiptsSchema, unreadSchema } from './schema.ts';
import type { Notices } from './types.ts';

const tags = ['notices'];
/** A test goes out by mail to an address that anyone may enter: nobody's letter box is filled by it. */
const TESTS = { max: 10, timeWindow: '10 minutes' };

/** The list of notices of whoever is signed in. */
export function noticesModule(options: { inbox: Inbox; notices: Notices; units: Units }): Module {
  const { inbox, notices, units } = options;
  return {
    name: 'notices',
    register(app) {
      app.get(
        '/api/v1/notices',
        {
          config: { permission: 'self' },
          schema: {
            tags,
            operationId: 'listNotices',
            summary: 'Lists the notices of the user, newest first',
            querystring: noticeQuery,
            response: { 200: noticePage, ...problems(400, 401, 503) },
          },
        },
        (request) => inbox.list(accountOf(request), request.query),
      );
      app.get(
        '/api/v1/notices/count',
        {
          config: { permission: 'self' },
          schema: {
            tags,
            operationId: 'countNotices',
            summary: 'Counts the notices that the user has not read',
            response: { 200: unreadSchema, ...problems(401, 503) },
          },
        },
        (request) => inbox.count(accountOf(request)),
      );
      app.post(
        '/api/v1/notices/read',
        {
          config: { permission: 'self' },
          schema: {
            tags,
            operationId: 'readNotices',
            summary: 'Marks notices of the user as read: these, or all',
            body: readRequest,
            response: { 200: unreadSchema, ...problems(400, 401, 503) },
          },
        },
        (request) => inbox.read(accountOf(request), 'all' in request.body ? 'all' : request.body),
      );
      app.register(async (scope: App) => {
        await scope.register(rateLimit, { global: false });
        const check = scope.createRateLimit({
          ...TESTS,
          keyGenerator: (request) => accountOf(request).id,
        });
        scope.post(
          '/api/v1/notices/test',
          {
            config: { permission: 'self' },
            preHandler: async (request) => {
              const state = await check(request);
              if (state.isAllowed || !state.isExceeded) return;
              throw new Problem('auth.too-many', 'Enough tests were sent; wait some minutes.', {
                retryAfterSeconds: state.ttlInSeconds,
              });
            },
            schema: {
              tags,
              operationId: 'testNotices',
              summary:
                'Sends the user a test notice, by every channel that the user takes tests from',
              response: { 202: z.null(), ...problems(401, 429, 503) },
            },
          },
          async (request, reply) => {
            const caller = callerOf(request);
            await units.run(caller, (unit) =>
              notices.notify(unit, {
                to: [caller.account.id],
                kind: 'test',
                severity: 'info',
                title: { zh: '测试通知', en: 'Test notice' },
                body: {
                  zh: '能看到这条通知，说明该渠道可用。',
                  en: 'You can read this: the channel works.',
                },
                link: '/notices',
                subject: null,
              }),
            );
            return reply.code(202).send(null);
          },
        );
      });
      app.get(
        '/api/v1/notices/:id/receipts',
        {
          config: { permission: 'self' },
          schema: {
            tags,
            operationId: 'getNoticeReceipts',
            summary: 'Tells who read a notice and when, and how it was sent',
            description:
              'For whoever caused the notice, and with the permission `notification:manage`.',
            params: z.object({ id: z.string().max(26) }),
            response: { 200: receiptsSchema, ...problems(401, 404, 503) },
          },
        },
        (request) => inbox.receipts(accountOf(request), request.params.id),
      );
    },
  };
}
