import type { Module } from '../../platform/http/app-types.ts';
import { done, routesOf } from '../../platform/kit/routes.ts';
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

export function webhooksModule(service: WebhooksService): Module {
  return {
    name: 'webhooks',
    register(app) {
      const route = routesOf(app, 'webhooks');
      route.get('/webhooks', {
        permission: 'integration:manage',
        operationId: 'listWebhooks',
        summary: 'Lists the webhooks',
        answer: webhookList,
        handle: ({ user }) => service.list(user.account),
      });
      route.post('/webhooks', {
        permission: 'integration:manage',
        operationId: 'createWebhook',
        summary: 'Registers an outside address',
        description:
          'Events come as CloudEvents 1.0 in JSON, signed by the Standard Webhooks scheme. One may come more than once, with the same id.',
        body: webhookRequest,
        created: webhookWithSecret,
        problems: [422],
        handle: ({ user, body }) => service.create(user, body),
      });
      route.patch('/webhooks/:id', {
        permission: 'integration:manage',
        operationId: 'changeWebhook',
        summary: 'Changes an address, or switches it on or off',
        body: webhookPatch,
        answer: webhookSchema,
        problems: [409, 422],
        handle: ({ user, params, body }) => service.change(user, params.id, body),
      });
      route.delete('/webhooks/:id', {
        permission: 'integration:manage',
        operationId: 'deleteWebhook',
        summary: 'Removes an address with its deliveries',
        handle: ({ user, params }) => service.remove(user, params.id),
      });
      route.post('/webhooks/:id/secret', {
        permission: 'integration:manage',
        operationId: 'rotateWebhookSecret',
        summary: 'Gives a new signing key; for a while both sign',
        body: rotateRequest,
        answer: webhookWithSecret,
        handle: ({ user, params, body }) => service.rotate(user, params.id, body.overlapHours),
      });
      route.get('/webhooks/:id/deliveries', {
        permission: 'integration:manage',
        operationId: 'listWebhookDeliveries',
        summary: 'Lists deliveries with their tries, newest first',
        query: deliveryQuery,
        answer: deliveryPage,
        handle: ({ user, params, query }) => service.deliveries(user.account, params.id, query),
      });
      route.post('/webhooks/:id/deliveries/:delivery/retry', {
        permission: 'integration:manage',
        operationId: 'retryWebhookDelivery',
        summary: 'Sends a delivery once more',
        accepted: done,
        handle: async ({ user, params }) => {
          const { id, delivery } = params;
          await service.retry(user, id, delivery);
        },
      });
    },
  };
}
