import { client, settle, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';

export type Webhook = Answer<'/api/v1/webhooks', 'get'>['items'][number];
export type Delivery = Answer<'/api/v1/webhooks/{id}/deliveries', 'get'>['items'][number];
export type Channels = Answer<'/api/v1/notices/channels', 'get'>;
export type Robot = Answer<'/api/v1/notices/robots', 'get'>['items'][number];

const at = (id: string) => ({ params: { path: { id } } });

export const listWebhooks = async (): Promise<Webhook[]> =>
  (await take(client.GET('/api/v1/webhooks'))).items;
export const makeWebhook = (body: { name: string; url: string; types: string[] }) =>
  take(client.POST('/api/v1/webhooks', { body }));
export const changeWebhook = (
  { id, version }: Pick<Webhook, 'id' | 'version'>,
  change: { name?: string; url?: string; types?: string[]; active?: boolean },
): Promise<Webhook> =>
  take(client.PATCH('/api/v1/webhooks/{id}', { ...at(id), body: { version, ...change } }));
export const removeWebhook = (id: string) => settle(client.DELETE('/api/v1/webhooks/{id}', at(id)));
export const rotateSecret = (id: string) =>
  take(client.POST('/api/v1/webhooks/{id}/secret', { ...at(id), body: { overlapHours: 24 } }));
export const listDeliveries = (id: string, cursor: string | null) =>
  take(
    client.GET('/api/v1/webhooks/{id}/deliveries', {
      params: { path: { id }, query: { limit: 50, ...(cursor ? { cursor } : {}) } },
    }),
  );
export const retryDelivery = (id: string, delivery: string) =>
  settle(
    client.POST('/api/v1/webhooks/{id}/deliveries/{delivery}/retry', {
      params: { path: { id, delivery } },
    }),
  );

export const readChannels = (): Promise<Channels> => take(client.GET('/api/v1/notices/channels'));
export const listRobots = async (): Promise<Robot[]> =>
  (await take(client.GET('/api/v1/notices/robots'))).items;
export const makeRobot = (body: {
  name: string;
  format: Robot['format'];
  url: string;
  secret: string | null;
  severity: Robot['severity'];
}) =>
  take(
    client.POST('/api/v1/notices/robots', {
      body: { language: 'zh', kinds: [], on: true, ...body },
    }),
  );
export const switchRobot = (id: string, on: boolean): Promise<Robot> =>
  take(client.PATCH('/api/v1/notices/robots/{id}', { ...at(id), body: { on } }));
export const removeRobot = (id: string) =>
  settle(client.DELETE('/api/v1/notices/robots/{id}', at(id)));
export const testRobot = (id: string) =>
  take(client.POST('/api/v1/notices/robots/{id}/test', at(id)));
