import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import * as schema from './schema.ts';
import type { Readers } from './service.ts';

const permission = 'device:manage';

/** The register of what positions come from: administrators of devices write it. */
export function registerReaders(app: App, readers: Readers): void {
  const route = routesOf(app, 'readers');
  route.get('/readers', {
    permission,
    operationId: 'listReaders',
    summary: 'Lists readers, locating systems and sources of GPS, with what they send',
    query: schema.readerQuery,
    answer: schema.readerPage,
    handle: ({ user, query }) => readers.list(user, query),
  });
  route.post('/readers', {
    permission,
    operationId: 'createReader',
    summary: 'Registers a reader',
    description: 'Its credential is made at /devices, its antennas are placed at /reader-places.',
    body: schema.readerInput,
    created: schema.readerSchema,
    problems: [409],
    handle: ({ user, body }) => readers.create(user, body),
  });
  route.patch('/readers/:id', {
    permission,
    operationId: 'changeReader',
    summary: 'Changes a reader',
    body: schema.readerPatch,
    answer: schema.readerSchema,
    handle: ({ user, params, body }) => readers.change(user, params.id, body),
  });
  route.delete('/readers/:id', {
    permission,
    operationId: 'deleteReader',
    summary: 'Takes a reader off the register',
    handle: ({ user, params }) => readers.remove(user, params.id),
  });
}
