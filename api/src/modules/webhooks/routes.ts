import { ulid } from '@anshi/contracts';
import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import { accountOf } from '../../platform/access/request-account.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import {
  deliveryPage,
  deliveryQuery,
  rotateRequest,
  webhookList,
  webhookPatch,
  webhookRequest,
  webhookSchema,
  webhookWithSecret,
} from './schema.ts';
import type { WebhooksService } from './service.ts';

const config = { permission: 'integration:manage' } as const;
const tags = ['webhooks'];
const params = z.object({ id: ulid });
const done = z.null().describe('Done.');

export function webhooksModule(service: WebhooksService): Module {
  return {
    name: 'webhooks',
    feature: 'integrations',
    register(app) {
      app.get(
        '/api/v1/webhooks',
        {
          config,
          schema: {
            tags,
            operationId: 'listWebhooks',
            summary: 'Lists the outside addresses that are told what happens',
            response: { 200: webhookList, ...problems(401, 403, 503) },
          },
        },
        (request) => service.list(accountOf(request)),
      );
      app.post(
        '/api/v1/webhooks',
        {
          config,
          schema: {
            tags,
            operationId: 'createWebhook',
            summary: 'Registers an outside address',
            description:
              'Events come as CloudEvents 1.0 in JSON, signed by the Standard Webhooks scheme. One may come more than once, with the same id.',
            body: webhookRequest,
            response: { 201: webhookWithSecret, ...problems(400, 401, 403, 422, 503) },
          },
        },
        async (request, reply) =>
          reply.code(201).send(await service.create(callerOf(request), request.body)),
      );
      app.patch(
        '/api/v1/webhooks/:id',
        {
          config,
          schema: {
            tags,
            operationId: 'changeWebhook',
            summary: 'Changes an address, or switches it on or off',
            params,
            body: webhookPatch,
            response: { 200: webhookSchema, ...problems(400, 401, 403, 404, 409, 422, 503) },
          },
        },
        (request) => service.change(callerOf(request), request.params.id, request.body),
      );
      app.delete(
        '/api/v1/webhooks/:id',
        {
          config,
          schema: {
            tags,
            operationId: 'deleteWebhook',
            summary: 'Removes an address with its deliveries',
            params,
            response: { 204: done, ...problems(401, 403, 404, 503) },
          },
        },
        async (request, reply) => {
          await service.remove(callerOf(request), request.params.id);
          return reply.code(204).send(null);
        },
      );
      app.post(
        '/api/v1/webhooks/:id/secret',
        {
          config,
          schema: {
            tags,
            operationId: 'rotateWebhookSecret',
            summary: 'Gives a new signing key; for a while both sign',
            params,
            body: rotateRequest,
            response: { 200: webhookWithSecret, ...problems(400, 401, 403, 404, 503) },
          },
        },
        (request) =>
          service.rotate(callerOf(request), request.params.id, request.body.overlapHours),
      );
      app.get(
        '/api/v1/webhooks/:id/deliveries',
        {
          config,
          schema: {
            tags,
            operationId: 'listWebhookDeliveries',
            summary: 'Lists deliveries with their tries, newest first',
            params,
            querystring: deliveryQuery,
            response: { 200: deliveryPage, ...problems(400, 401, 403, 404, 503) },
          },
        },
        (request) => service.deliveries(accountOf(request), request.params.id, request.query),
      );
      app.post(
        '/api/v1/webhooks/:id/deliveries/:delivery/retry',
        {
          config,
          schema: {
            tags,
            operationId: 'retryWebhookDelivery',
            summary: 'Sends a delivery once more',
            params: params.extend({ delivery: ulid }),
            response: { 202: done, ...problems(401, 403, 404, 503) },
          },
        },
        async (request, reply) => {
          const { id, delivery } = request.params;
          await service.retry(callerOf(request), id, delivery);
          return reply.code(202).send(null);
        },
      );
    },
  };
}
