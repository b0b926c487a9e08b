import { ulid } from '@anshi/contracts';
import { z } from 'zod';
import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { createBadges } from './badges.ts';
import { badgeSettlement, leavingView, personSteps } from './schema.ts';
import type { PeopleSteps } from './steps.ts';

/** What waits for its day, and what is open of one who leaves. */
export function registerSteps(
  app: App,
  { steps, badges }: { steps: PeopleSteps; badges: ReturnType<typeof createBadges> },
): void {
  const route = routesOf(app, 'people');
  route.get('/persons/:id/steps', {
    permission: 'person:manage',
    operationId: 'listPersonSteps',
    summary: 'Lists moves and last days that wait for their day, or could not be done',
    answer: personSteps,
    handle: ({ user, params }) => steps.list(user, params.id),
  });
  route.delete('/persons/:id/steps/:step', {
    permission: 'person:manage',
    operationId: 'takeBackPersonStep',
    summary: 'Takes back a planned move or last day',
    params: z.object({ id: ulid, step: ulid.describe('Of the planned step.') }),
    problems: [409],
    handle: ({ user, params }) => steps.takeBack(user, params.id, params.step),
  });
  route.get('/persons/:id/open-at-leaving', {
    permission: 'person:manage',
    operationId: 'listOpenAtLeaving',
    summary: 'Lists what a person would leave open: badges, jobs, measures, permits',
    answer: leavingView,
    handle: ({ user, params }) => steps.open(user, params.id),
  });
  route.post('/persons/:id/badges/:binding/settlement', {
    permission: 'person:manage',
    operationId: 'settleBadge',
    summary: 'Settles a badge that one who left still has',
    params: z.object({ id: ulid, binding: ulid.describe('Of the badge.') }),
    body: badgeSettlement,
    handle: ({ user, params, body }) => badges.settle(user, params.id, params.binding, body),
  });
}
