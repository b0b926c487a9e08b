import type { App } from '../../platform/http/app-types.ts';
import { historySchema } from '../../platform/kit/history.ts';
import { exportAnswer, sendMade } from '../../platform/kit/list-export.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { createAnnouncing } from './announce.ts';
import type { Desk } from './desk.ts';
import type { Inductions } from './inductions.ts';
import type { createVisitList } from './list.ts';
import type { Pool } from './pool.ts';
import * as schema from './schema.ts';
import type { WatchCheck } from './watch-check.ts';
import type { createWatchList } from './watch-list.ts';

export interface VisitServices {
  announcing: ReturnType<typeof createAnnouncing>;
  list: ReturnType<typeof createVisitList>;
  watchList: ReturnType<typeof createWatchList>;
  desk: Desk;
  inductions: Inductions;
  pool: Pool;
  watch: WatchCheck;
}

/** Visits, who is on site, the reception, the watch list, inductions and badges for visitors. */
export function registerVisits(app: App, services: VisitServices): void {
  registerLists(app, services);
  registerDesk(app, services);
  registerSetUp(app, services);
}

function registerLists(app: App, { list, announcing }: VisitServices): void {
  const route = routesOf(app, 'visitors');
  route.get('/visits', {
    permission: 'visit:read',
    operationId: 'listVisits',
    summary: 'Lists visits, the latest first',
    query: schema.visitQuery,
    answer: schema.visitPage,
    handle: ({ user, query }) => list.list(user, query),
  });
  route.get('/visits/on-site', {
    permission: 'visit:read',
    operationId: 'listOnSite',
    summary: 'Lists visitors and contractors who are on the site now',
    answer: schema.onSiteSchema,
    handle: ({ user }) => list.onSite(user),
  });
  route.get('/visits/on-site/export', {
    permission: 'visit:read',
    operationId: 'exportOnSite',
    summary: 'Who is on the site, as a spreadsheet for a roll call',
    query: schema.onSiteExport,
    file: exportAnswer,
    handle: async ({ user, query, reply }) => sendMade(reply, await list.exportOnSite(user, query)),
  });
  route.get('/visits/known', {
    permission: 'visit:announce',
    operationId: 'findKnownVisitors',
    summary: 'Finds visitors and contractors who were here before',
    query: schema.searchQuery,
    answer: schema.personChoices,
    handle: ({ user, query }) => list.known(user, query.q),
  });
  route.get('/visits/hosts', {
    permission: 'visit:receive',
    operationId: 'findHosts',
    summary: 'Finds people who can be hosts',
    query: schema.searchQuery,
    answer: schema.personChoices,
    handle: ({ user, query }) => list.hosts(user, query.q),
  });
  route.post('/visits', {
    permission: 'visit:announce',
    operationId: 'announceVisit',
    summary: 'Announces a visitor',
    body: schema.visitInput,
    created: schema.visitSchema,
    problems: [404, 409, 422],
    handle: ({ user, body }) => announcing.announce(user, body),
  });
  route.get('/visits/:id', {
    permission: 'visit:read',
    operationId: 'getVisit',
    summary: 'Reads a visit',
    answer: schema.visitSchema,
    handle: ({ user, params }) => list.get(user, params.id),
  });
  route.get('/visits/:id/history', {
    permission: 'visit:read',
    operationId: 'listVisitHistory',
    summary: 'Lists what was done with a visit',
    answer: historySchema,
    handle: ({ user, params }) => list.history(user, params.id),
  });
  route.patch('/visits/:id', {
    permission: 'visit:announce',
    operationId: 'changeVisit',
    summary: 'Changes what is planned of a visit, or extends it',
    body: schema.visitChange,
    answer: schema.visitSchema,
    problems: [422],
    handle: ({ user, params, body }) => announcing.change(user, params.id, body),
  });
}

function registerDesk(app: App, { desk, watch, list }: VisitServices): void {
  const route = routesOf(app, 'visitors');
  route.post('/visits/:id/cancel', {
    permission: 'visit:announce',
    operationId: 'cancelVisit',
    summary: 'Cancels a visit that is announced',
    body: schema.closeInput,
    answer: schema.visitSchema,
    problems: [409],
    handle: ({ user, params, body }) => desk.cancel(user, params.id, body.note),
  });
  route.post('/visits/:id/arrive', {
    permission: 'visit:receive',
    operationId: 'enterArrival',
    summary: 'Lets a visitor in, with induction and badge',
    body: schema.arrivalInput,
    answer: schema.visitSchema,
    problems: [409, 422],
    handle: ({ user, params, body }) => desk.arrive(user, params.id, body),
  });
  route.post('/visits/:id/leave', {
    permission: 'visit:receive',
    operationId: 'enterLeaving',
    summary: 'Enters that a visitor left; the right to be here ends at once',
    body: schema.leavingInput,
    answer: schema.visitSchema,
    problems: [409],
    handle: ({ user, params, body }) => desk.leave(user, params.id, body.badgeReturned),
  });
  route.post('/visits/:id/return-badge', {
    permission: 'visit:receive',
    operationId: 'returnVisitorBadge',
    summary: 'Enters a lent badge that came back after the visit',
    answer: schema.visitSchema,
    problems: [409],
    handle: ({ user, params }) => desk.returnBadge(user, params.id),
  });
  route.post('/visits/:id/not-come', {
    permission: 'visit:receive',
    operationId: 'noteNotCome',
    summary: 'Notes that a visitor did not come',
    answer: schema.visitSchema,
    problems: [409],
    handle: ({ user, params }) => desk.notCome(user, params.id),
  });
  route.get('/visits/:id/watch-matches', {
    permission: 'watch-list:manage',
    operationId: 'listWatchMatches',
    summary: 'Lists what the watch list found for a visit',
    answer: schema.watchMatches,
    handle: async ({ user, params }) => {
      await list.get(user, params.id);
      return watch.matches(user, params.id);
    },
  });
  route.post('/visits/:id/watch-decision', {
    permission: 'watch-list:manage',
    operationId: 'decideWatchMatch',
    summary: 'Decides whether a visitor whom the watch list found is let in',
    body: schema.decisionInput,
    answer: schema.visitSchema,
    problems: [409],
    handle: async ({ user, params, body }) => {
      await list.get(user, params.id);
      await watch.decide(user, params.id, body);
      return list.get(user, params.id);
    },
  });
}

function registerSetUp(app: App, { watchList, inductions, pool }: VisitServices): void {
  const route = routesOf(app, 'visitors');
  route.get('/watch-list', {
    permission: 'watch-list:manage',
    operationId: 'listWatchEntries',
    summary: 'Lists people and companies that are refused',
    query: schema.watchQuery,
    answer: schema.watchPage,
    handle: ({ user, query }) => watchList.list(user, query),
  });
  route.post('/watch-list', {
    permission: 'watch-list:manage',
    operationId: 'addWatchEntry',
    summary: 'Puts a person or a company on the watch list',
    body: schema.watchInput,
    created: schema.watchEntry,
    handle: ({ user, body }) => watchList.add(user, body),
  });
  route.post('/watch-list/:id/end', {
    permission: 'watch-list:manage',
    operationId: 'endWatchEntry',
    summary: 'Ends an entry of the watch list',
    answer: schema.watchEntry,
    handle: ({ user, params }) => watchList.end(user, params.id),
  });
  route.get('/inductions', {
    permission: 'visit:announce',
    operationId: 'listInductions',
    summary: 'Lists the versions of the safety induction',
    answer: schema.inductionList,
    handle: ({ user }) => inductions.list(user),
  });
  route.post('/inductions', {
    permission: 'visit:set-up',
    operationId: 'publishInduction',
    summary: 'Publishes the next version of the safety induction',
    body: schema.inductionInput,
    created: schema.inductionText,
    handle: ({ user, body }) => inductions.publish(user, body),
  });
  route.get('/visitor-badges', {
    permission: 'visit:receive',
    operationId: 'listVisitorBadges',
    summary: 'Lists the badges for visitors, and which are free',
    answer: schema.pool,
    handle: ({ user }) => pool.list(user),
  });
  route.post('/visitor-badges', {
    permission: 'visit:set-up',
    operationId: 'addVisitorBadge',
    summary: 'Adds a badge for visitors',
    body: schema.poolInput,
    created: schema.poolBadge,
    problems: [409],
    handle: ({ user, body }) => pool.add(user, body),
  });
  route.delete('/visitor-badges/:id', {
    permission: 'visit:set-up',
    operationId: 'removeVisitorBadge',
    summary: 'Takes a badge out of the pool',
    handle: ({ user, params }) => pool.remove(user, params.id),
  });
}
