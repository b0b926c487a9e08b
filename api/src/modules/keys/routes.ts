import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
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

const tags = ['keys'];
const config = { permission: 'key:manage' } as const;

export function keysModule(service: KeysService): Module {
  return {
    name: 'keys',
    register(app) {
      app.get(
        '/api/v1/keys',
        {
          config,
          schema: {
            tags,
            operationId: 'getKeys',
            summary: 'Shows the keys, what they open, and who keeps them',
            description: 'The keys themselves are in no answer.',
            response: { 200: keyStatus, ...problems(401, 403, 503) },
          },
        },
        (request) => service.status(callerOf(request)),
      );
      app.post(
        '/api/v1/keys/rotation',
        {
          config,
          schema: {
            tags,
            operationId: 'rotateKeys',
            summary: 'Begins a rotation of the keys',
            description:
              'Wraps the data keys with the current key of the ring and, unless `renew` is false, encrypts everything with new ones. Reading and writing go on meanwhile.',
            body: rotationRequest,
            response: { 202: z.null(), ...problems(400, 401, 403, 409, 503) },
          },
        },
        async (request, reply) => {
          await service.rotate(callerOf(request), request.body);
          return reply.code(202).send(null);
        },
      );
      app.get(
        '/api/v1/keys/custody',
        {
          config,
          schema: {
            tags,
            operationId: 'listKeyCustody',
            summary: 'Lists who kept the keys, newest first',
            response: { 200: custodyList, ...problems(401, 403, 503) },
          },
        },
        (request) => service.custody(callerOf(request)),
      );
      app.get(
        '/api/v1/keys/keepers',
        {
          config,
          schema: {
            tags,
            operationId: 'findKeepers',
            summary: 'Finds people who could take the keys over, by name or employee number',
            querystring: keeperQuery,
            response: { 200: keeperList, ...problems(400, 401, 403, 503) },
          },
        },
        (request) => service.keepers(callerOf(request), request.query.q),
      );
      app.post(
        '/api/v1/keys/custody',
        {
          config,
          schema: {
            tags,
            operationId: 'handKeysOver',
            summary: 'Records that a person took the keys over',
            body: custodyRequest,
            response: { 201: custodySchema, ...problems(400, 401, 403, 404, 409, 503) },
          },
        },
        async (request, reply) =>
          reply.code(201).send(await service.handOver(callerOf(request), request.body)),
      );
    },
  };
}
