import type { Module } from '../http/app-types.ts';
import { calendarAnswer, exportAnswer, sendMade } from '../kit/list-export.ts';
import { routesOf } from '../kit/routes.ts';
import type { ObligationFeeds } from './feed.ts';
import { registerFeeds } from './feed-routes.ts';
import type { ObligationKind } from './kinds.ts';
import type { ObligationList } from './list.ts';
import type { ObligationRecords } from './records.ts';
import { intervalText } from './schedule.ts';
import * as schema from './schema.ts';

/** What falls due: the list, and what a person records there. */
export const obligationsModule = (services: {
  list: ObligationList;
  records: ObligationRecords;
  feeds: ObligationFeeds;
  enabled(): Promise<ObligationKind[]>;
}): Module => ({
  name: 'obligations',
  register(app) {
    const route = routesOf(app, 'obligations');
    const { list, records, feeds, enabled } = services;
    registerFeeds(app, feeds);
    route.get('/obligations', {
      permission: 'obligation:read',
      operationId: 'listObligations',
      summary: 'Lists what falls due, the earliest first',
      description:
        'What an account sees follows from the permission of each kind and its reach. A person always sees their own.',
      query: schema.listQuery,
      answer: schema.obligationPage,
      handle: ({ user, query }) => list.list(user, query),
    });
    route.get('/obligations/export', {
      permission: 'obligation:read',
      operationId: 'exportObligations',
      summary: 'The list of what falls due as a spreadsheet',
      query: schema.exportListQuery,
      file: exportAnswer,
      handle: async ({ user, query, reply }) => sendMade(reply, await list.export(user, query)),
    });
    route.get('/obligations/calendar', {
      permission: 'obligation:read',
      operationId: 'exportObligationCalendar',
      summary: 'The list of what falls due as a calendar',
      description:
        'For calendar programs: imported again, the same events are changed, not doubled.',
      query: schema.calendarQuery,
      file: calendarAnswer,
      handle: async ({ user, query, reply }) => sendMade(reply, await list.calendar(user, query)),
    });
    route.get('/obligations/kinds', {
      permission: 'obligation:read',
      operationId: 'listObligationKinds',
      summary: 'Lists the kinds of obligations whose modules are on',
      answer: schema.kindList,
      handle: async () => ({
        items: (await enabled()).map(({ id, zh, en, subject, lead, doing }) => ({
          id,
          name: { zh, en },
          subject,
          lead: intervalText(lead),
          doing,
        })),
      }),
    });
    route.get('/obligations/:id', {
      permission: 'obligation:read',
      operationId: 'getObligation',
      summary: 'Reads a period of an obligation with its steps and the other periods',
      answer: schema.obligationSchema,
      handle: ({ user, params }) => records.get(user, params.id),
    });
    route.post('/obligations/:id/completion', {
      permission: 'obligation:read',
      operationId: 'completeObligation',
      summary: 'Records that it was done, in the record of its module',
      description:
        'Needs the permission that the kind names. Where only the page of its module can record it, the answer is 409 with that page.',
      body: schema.completionBody,
      answer: schema.obligationSchema,
      problems: [422],
      handle: ({ user, params, body }) => records.complete(user, params.id, body),
    });
    route.post('/obligations/:id/postponement', {
      permission: 'obligation:postpone',
      operationId: 'postponeObligation',
      summary: 'Postpones a period of an obligation, with the reason',
      description: 'Only kinds that can be postponed. Later periods are not moved.',
      body: schema.postponementBody,
      answer: schema.obligationSchema,
      problems: [422],
      handle: ({ user, params, body }) => records.postpone(user, params.id, body),
    });
  },
});
