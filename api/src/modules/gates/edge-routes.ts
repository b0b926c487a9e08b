import { z } from 'zod';
import type { DeviceGate } from '../../platform/access/devices.ts';
import type { App } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import type { EdgeDelivery } from './edge-delivery.ts';
import * as schema from './edge-schema.ts';
import type { EdgeServe } from './edge-serve.ts';
import { FEATURE } from './manifest.ts';
import { keyHeader } from './schema.ts';

const config = { device: { kinds: ['gate'] }, feature: FEATURE } as const;
const refusals = problems(400, 401, 403, 404, 409, 503);

/** What a gateway asks for a point, by the credential of that point. */
export function registerEdge(
  app: App,
  parts: {
    serve: EdgeServe;
    delivery: EdgeDelivery;
    devices: Pick<DeviceGate, 'requireName' | 'refuseName'>;
  },
): void {
  const { serve, delivery, devices } = parts;
  app.get(
    '/api/v1/gates/edge-key',
    {
      config,
      exposeHeadRoute: false,
      schema: {
        tags: ['gates'],
        operationId: 'getEdgeKey',
        summary: 'The public key that signs lists of permits, for a gateway to pin',
        response: { 200: schema.edgeKeyAnswer, ...problems(401, 403, 404, 503) },
      },
    },
    () => serve.key(),
  );
  app.get(
    '/api/v1/gates/edge-permits',
    {
      config,
      exposeHeadRoute: false,
      schema: {
        tags: ['gates'],
        operationId: 'getEdgePermits',
        summary: 'The signed list of permits of a point, for the time in which the API is away',
        description:
          'With If-None-Match and the ETag of the last answer it waits for another list, and is 304 where none was issued.',
        querystring: schema.edgeQuery,
        response: {
          200: schema.edgeAnswer,
          304: z.null().describe('No other list was issued.'),
          ...refusals,
        },
      },
    },
    async (request, reply) => {
      const { point, nonce, wait } = request.query;
      await devices.requireName(request, point);
      const have = sequenceOf(request.headers['if-none-match']);
      const waitMs = have === null ? 0 : wait * 1000;
      const { sequence, signed } = await serve.list(point, { nonce, have, waitMs });
      reply.header('etag', `"${sequence}"`).header('cache-control', 'no-store');
      return signed ? reply.send(signed) : reply.code(304).send(null);
    },
  );
  app.post(
    '/api/v1/gates/edge-decisions',
    {
      config,
      schema: {
        tags: ['gates'],
        operationId: 'deliverEdgeDecision',
        summary: 'Delivers what a gateway decided while the API was away',
        description: 'Sent again with its key, the answer is the same.',
        headers: keyHeader,
        body: schema.edgeDecisionBody,
        response: { 200: schema.edgeDelivered, ...refusals, ...problems(413, 415, 422) },
      },
    },
    async (request) => {
      const { body } = request;
      await devices.requireName(request, body.point);
      const key = String(request.headers['idempotency-key']);
      return delivery.take(key, body, () =>
        devices.refuseName(
          request,
          body.target,
          `The point "${body.point}" is not for "${body.target}".`,
        ),
      );
    },
  );
  app.post(
    '/api/v1/gates/edge-reports',
    {
      config,
      schema: {
        tags: ['gates'],
        operationId: 'reportEdgeFault',
        summary: 'Reports what a gateway refused',
        body: schema.edgeReportBody,
        response: { 200: schema.edgeReported, ...refusals, ...problems(413, 415) },
      },
    },
    async (request) => {
      await devices.requireName(request, request.body.point);
      await serve.report(request.body);
      return { taken: true as const };
    },
  );
}

const sequenceOf = (tag: string | undefined): number | null => {
  const text = /^"(\d{1,15})"$/.exec(tag ?? '')?.[1];
  return text === undefined ? null : Number(text);
};
