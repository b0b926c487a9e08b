import type { Module } from '../../platform/http/app-types.ts';
import { done, routesOf } from '../../platform/kit/routes.ts';
import {
  custodyList,
  custodyRequest,
  custodySchema,
  keeperList,
  keeperQuery,
  keyStatus,
  rotationRequest,
} from './schema.ts';
import type { KeysService } from './service.ts';

export function keysModule(service: KeysService): Module {
  return {
    name: 'keys',
    register(app) {
      const route = routesOf(app, 'keys');
      route.get('/keys', {
        permission: 'key:manage',
        operationId: 'getKeys',
        summary: 'Shows the keys, what they open, and who keeps them',
        description: 'The keys themselves are in no answer.',
        answer: keyStatus,
        handle: ({ user }) => service.status(user),
      });
      route.post('/keys/rotation', {
        permission: 'key:manage',
        operationId: 'rotateKeys',
        summary: 'Begins a rotation of the keys',
        description:
          'Wraps the data keys with the current key of the ring and, unless `renew` is false, encrypts everything with new ones. Reading and writing go on meanwhile.',
        body: rotationRequest,
        accepted: done,
        problems: [409],
        handle: ({ user, body }) => service.rotate(user, body),
      });
      route.get('/keys/custody', {
        permission: 'key:manage',
        operationId: 'listKeyCustody',
        summary: 'Lists who kept the keys, newest first',
        answer: custodyList,
        handle: ({ user }) => service.custody(user),
      });
      route.get('/keys/keepers', {
        permission: 'key:manage',
        operationId: 'findKeepers',
        summary: 'Finds people who could take the keys over, by name or employee number',
        query: keeperQuery,
        answer: keeperList,
        handle: ({ user, query }) => service.keepers(user, query.q),
      });
      route.post('/keys/custody', {
        permission: 'key:manage',
        operationId: 'handKeysOver',
        summary: 'Records that a person took the keys over',
        body: custodyRequest,
        created: custodySchema,
        problems: [404, 409],
        handle: ({ user, body }) => service.handOver(user, body),
      });
    },
  };
}
