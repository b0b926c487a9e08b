import rateLimit from '@fastify/rate-limit';
import { z } from 'zod';
import { accountOf } from '../access/request-account.ts';
import type { Units } from '../db/unit-of-work.ts';
import type { App, Module } from '../http/app-types.ts';
import { Problem } from '../http/errors.ts';
import { done, routesOf } from '../kit/routes.ts';
import type { Inbox } from './inbox.ts';
import { noticePage, noticeQuery, readRequest, receiptsSchema, unreadSchema } from './schema.ts';
import type { Notices } from './types.ts';

/** A test is mailed to any entered address: rate-limited against abuse. */
const TESTS = { max: 10, timeWindow: '10 minutes' };

/** The signed-in user's notices. */
export function noticesModule(options: { inbox: Inbox; notices: Notices; units: Units }): Module {
  const { inbox, notices, units } = options;
  return {
    name: 'notices',
    register(app) {
      const route = routesOf(app, 'notices');
      route.get('/notices', {
        permission: 'self',
        operationId: 'listNotices',
        summary: 'Lists the notices of the user, newest first',
        query: noticeQuery,
        answer: noticePage,
        handle: ({ user, query }) => inbox.list(user.account, query),
      });
      route.get('/notices/count', {
        permission: 'self',
        operationId: 'countNotices',
        summary: 'Counts the notices that the user has not read',
        answer: unreadSchema,
        handle: ({ user }) => inbox.count(user.account),
      });
      route.post('/notices/read', {
        permission: 'self',
        operationId: 'readNotices',
        summary: 'Marks notices of the user as read: these, or all',
        body: readRequest,
        answer: unreadSchema,
        handle: ({ user, body }) => inbox.read(user.account, 'all' in body ? 'all' : body),
      });
      app.register(async (scope: App) => {
        await scope.register(rateLimit, { global: false });
        const check = scope.createRateLimit({
          ...TESTS,
          keyGenerator: (request) => accountOf(request).id,
        });
        route.post('/notices/test', {
          permission: 'self',
          operationId: 'testNotices',
          summary: 'Sends the user a test notice, by every channel that the user takes tests from',
          accepted: done,
          problems: [429],
          preHandler: async (request) => {
            const state = await check(request);
            if (state.isAllowed || !state.isExceeded) return;
            throw new Problem('auth.too-many', 'Enough tests were sent; wait some minutes.', {
              retryAfterSeconds: state.ttlInSeconds,
            });
          },
          handle: async ({ user }) => {
            const caller = user;
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
          },
        });
      });
      route.get('/notices/:id/receipts', {
        permission: 'self',
        operationId: 'getNoticeReceipts',
        summary: 'Returns who read a notice and when, and how it was sent',
        description:
          'For the user who caused the notice, and with the permission `notification:manage`.',
        params: z.object({ id: z.string().max(26) }),
        answer: receiptsSchema,
        handle: ({ user, params }) => inbox.receipts(user.account, params.id),
      });
    },
  };
}
