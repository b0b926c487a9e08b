import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import * as schema from './schema.ts';
import type { Snoozes } from './service.ts';

/** Notices and beacons that rest for a while. */
export function registerSnoozes(app: App, snoozes: Snoozes): void {
  const route = routesOf(app, 'snoozes');
  route.get('/snoozes', {
    permission: 'camera:read',
    operationId: 'listSnoozes',
    summary: 'Lists snoozes and maintenance windows, newest first',
    query: schema.snoozeQuery,
    answer: schema.snoozePage,
    handle: ({ user, query }) => snoozes.list(user, query),
  });
  route.post('/snoozes', {
    permission: 'snooze:manage',
    operationId: 'createSnooze',
    summary: 'Lets notices and beacons of a camera, zone or rule rest',
    description:
      'Violations are recorded and marked. High severity goes on until a second person approves.',
    body: schema.snoozeInput,
    created: schema.snoozeSchema,
    problems: [409, 422],
    handle: ({ user, body }) => snoozes.create(user, body),
  });
  route.get('/snoozes/:id', {
    permission: 'camera:read',
    operationId: 'getSnooze',
    summary: 'Reads a snooze',
    answer: schema.snoozeSchema,
    handle: ({ user, params }) => snoozes.get(user, params.id),
  });
  route.post('/snoozes/:id/approval', {
    permission: 'snooze:approve',
    operationId: 'approveSnooze',
    summary: 'Approves that high severity rests, as a second person',
    answer: schema.snoozeSchema,
    problems: [409],
    handle: ({ user, params }) => snoozes.approve(user, params.id),
  });
  route.post('/snoozes/:id/end', {
    permission: 'snooze:manage',
    operationId: 'endSnooze',
    summary: 'Ends a snooze before its time',
    answer: schema.snoozeSchema,
    problems: [409],
    handle: ({ user, params }) => snoozes.end(user, params.id),
  });
}
