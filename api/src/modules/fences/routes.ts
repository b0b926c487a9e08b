import type { App } from '../../platform/http/app-types.ts';
import { historySchema } from '../../platform/kit/history.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { FenceEvents } from './events.ts';
import type { Fences } from './fences.ts';
import * as schema from './schema.ts';

/** Fences, and what happened at them. */
export function registerFences(app: App, parts: { fences: Fences; events: FenceEvents }): void {
  const { fences, events } = parts;
  const route = routesOf(app, 'fences');
  route.get('/area-fences', {
    permission: 'fence:read',
    operationId: 'listAreaFences',
    summary: 'Lists the electronic fences of the areas within reach',
    answer: schema.fenceList,
    handle: ({ user }) => fences.list(user),
  });
  route.post('/area-fences', {
    permission: 'fence:manage',
    operationId: 'createAreaFence',
    summary: 'Puts an electronic fence on an area',
    description: 'People who are inside already count from now on.',
    body: schema.fenceInput,
    created: schema.fenceSchema,
    problems: [422],
    handle: ({ user, body }) => fences.create(user, body),
  });
  route.get('/area-fences/events', {
    permission: 'fence:read',
    operationId: 'listFenceEvents',
    summary: 'Lists what happened at fences, newest first',
    query: schema.eventQuery,
    answer: schema.eventPage,
    handle: ({ user, query }) => events.list(user, query),
  });
  route.get('/area-fences/events/:id', {
    permission: 'fence:read',
    operationId: 'getFenceEvent',
    summary: 'Reads what happened at a fence, with the path',
    answer: schema.eventDetail,
    handle: ({ user, params }) => events.get(user, params.id),
  });
  route.post('/area-fences/events/:id/acknowledge', {
    permission: 'fence:review',
    operationId: 'acknowledgeFenceEvent',
    summary: 'Notes that an event was looked at',
    body: schema.acknowledgeBody,
    answer: schema.eventDetail,
    problems: [409],
    handle: ({ user, params, body }) => events.acknowledge(user, params.id, body),
  });
  route.get('/area-fences/:id', {
    permission: 'fence:read',
    operationId: 'getAreaFence',
    summary: 'Reads an electronic fence',
    answer: schema.fenceSchema,
    handle: ({ user, params }) => fences.get(user, params.id),
  });
  route.patch('/area-fences/:id', {
    permission: 'fence:manage',
    operationId: 'changeAreaFence',
    summary: 'Changes a fence, or switches it on or off',
    body: schema.fencePatch,
    answer: schema.fenceSchema,
    problems: [422],
    handle: ({ user, params, body }) => fences.change(user, params.id, body),
  });
  route.get('/area-fences/:id/history', {
    permission: 'fence:read',
    operationId: 'getAreaFenceHistory',
    summary: 'The changes of a fence, newest first',
    answer: historySchema,
    handle: ({ user, params }) => fences.history(user, params.id),
  });
  route.get('/me/fence-events', {
    permission: 'self',
    operationId: 'listOwnFenceEvents',
    summary: 'What fences found of this person, with all reasons and what to do',
    query: schema.ownQuery,
    answer: schema.ownPage,
    handle: ({ user, query }) => events.own(user, query),
  });
}
