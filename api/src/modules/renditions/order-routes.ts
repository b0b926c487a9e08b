import { z } from 'zod';
import { deviceOf } from '../../platform/access/devices.ts';
import type { App } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { sendFile } from '../../platform/http/send-file.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import type { BlurOrders } from './orders.ts';
import { claimSchema, failedRequest, orderParams } from './schema.ts';

const config = { device: { kinds: ['worker'] } } as const;
const tags = ['ingest'];
const base = '/api/v1/ingest/blur-orders';

/** What workers ask that make the blurred renditions, by their own credential. */
export function registerOrders(
  app: App,
  { orders, store, tenant }: { orders: BlurOrders; store: EvidenceStore; tenant: string },
): void {
  app.post(
    `${base}/claim`,
    {
      config,
      schema: {
        tags,
        operationId: 'claimBlurOrder',
        summary: 'Gives a worker the next evidence to blur',
        description: 'A worker holds one at a time; asked again, it is the same one.',
        response: { 200: claimSchema, ...problems(401, 403, 404, 503) },
      },
    },
    async (request) => ({ order: await orders.claim(deviceOf(request).name ?? '') }),
  );
  for (const which of ['original', 'boxes'] as const) {
    const mediaTypes = which === 'boxes' ? ['application/json'] : ['image/jpeg', 'video/mp4'];
    const content = Object.fromEntries(mediaTypes.map((type) => [type, { schema: z.any() }]));
    app.get(
      `${base}/:id/:of/${which}`,
      {
        config,
        exposeHeadRoute: false,
        schema: {
          tags,
          operationId: `getBlurOrder${which === 'boxes' ? 'Boxes' : 'Original'}`,
          summary:
            which === 'boxes'
              ? 'Reads the observations of a clip, for the worker that blurs it'
              : 'Reads the original of an order, for the worker that holds it',
          params: orderParams,
          response: {
            200: { description: 'The file.', content },
            206: { description: 'A part.', content },
            ...problems(401, 403, 404, 416, 422, 503),
          },
        },
      },
      async (request, reply) => {
        const { id: violation, of } = request.params;
        const key = { violation, of };
        const file = await orders.read(deviceOf(request).name ?? '', key, which);
        return sendFile(request, reply, {
          ...file,
          mediaType:
            which === 'boxes' ? 'application/json' : of === 'clip' ? 'video/mp4' : 'image/jpeg',
          cacheControl: 'no-store',
          read: (range) => store.read(tenant, file.sha256, range ?? undefined),
        });
      },
    );
  }
  app.post(
    `${base}/:id/:of/failed`,
    {
      config,
      schema: {
        tags,
        operationId: 'failBlurOrder',
        summary: 'Says that the evidence of an order cannot be blurred',
        params: orderParams,
        body: failedRequest,
        response: {
          204: z.null().describe('Noted.'),
          ...problems(400, 401, 403, 404, 413, 415, 503, 507),
        },
      },
    },
    async (request, reply) => {
      const { id: violation, of } = request.params;
      await orders.failed(deviceOf(request).name ?? '', { violation, of }, request.body.reason);
      return reply.code(204).send(null);
    },
  );
}
