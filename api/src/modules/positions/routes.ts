import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
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
