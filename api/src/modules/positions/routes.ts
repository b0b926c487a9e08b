import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import * as reference from './reference-schema.ts';
import type { PlanReferences } from './references.ts';
import * as schema from './schema.ts';
import type { ReaderPlaces } from './service.ts';

const permission = 'device:manage';

/** Where readers of badges are: administrators of devices write it. */
export function registerReaderPlaces(app: App, places: ReaderPlaces): void {
  const route = routesOf(app, 'reader-places');
  route.get('/reader-places', {
    permission,
    operationId: 'listReaderPlaces',
    summary: 'Lists where readers of badges and locating systems are',
    answer: schema.readerPlaceList,
    handle: ({ user }) => places.list(user),
  });
  route.post('/reader-places', {
    permission,
    operationId: 'createReaderPlace',
    summary: 'Gives a reader its place; without one its reads give no position',
    body: schema.readerPlaceInput,
    created: schema.readerPlaceSchema,
    problems: [409, 422],
    handle: ({ user, body }) => places.create(user, body),
  });
  route.patch('/reader-places/:id', {
    permission,
    operationId: 'changeReaderPlace',
    summary: 'Moves a reader',
    body: schema.readerPlacePatch,
    answer: schema.readerPlaceSchema,
    problems: [422],
    handle: ({ user, params, body }) => places.change(user, params.id, body),
  });
  route.delete('/reader-places/:id', {
    permission,
    operationId: 'deleteReaderPlace',
    summary: 'Takes a reader off the plan',
    handle: ({ user, params }) => places.remove(user, params.id),
  });
}

/** The places of floor plans on the earth. */
export function registerPlanReferences(app: App, references: PlanReferences): void {
  const route = routesOf(app, 'plan-references');
  route.get('/plan-references', {
    permission,
    operationId: 'listPlanReferences',
    summary: 'Lists the reference points of floor plans, with the errors of their fit',
    answer: reference.planReferenceList,
    handle: ({ user }) => references.list(user),
  });
  route.put('/plan-references/:plan', {
    permission,
    operationId: 'setPlanReference',
    summary: 'Gives a floor plan its place on the earth, so that positions of GPS come to it',
    params: reference.planParams,
    body: reference.planReferenceInput,
    answer: reference.planReferenceSchema,
    problems: [409, 422],
    handle: ({ user, params, body }) => references.set(user, params.plan, body),
  });
  route.delete('/plan-references/:plan', {
    permission,
    operationId: 'deletePlanReference',
    summary: 'Takes the reference points of a floor plan away',
    params: reference.planParams,
    problems: [404],
    handle: ({ user, params }) => references.remove(user, params.plan),
  });
}
