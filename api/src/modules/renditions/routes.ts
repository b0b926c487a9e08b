import { ulid } from '@anshi/contracts';
import rateLimit from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import { accountOf } from '../../platform/access/request-account.ts';
import type { App } from '../../platform/http/app-types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { problems } from '../../platform/http/problems.ts';
import { sendFile } from '../../platform/http/send-file.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import type { BlurOrders } from './orders.ts';
import type { Reveals } from './reveals.ts';
import { revealRequest, revealState } from './schema.ts';

const permission = 'evidence:reveal';
const config = { feature: 'monitoring' };
/** More would be a copy of the evidence. */
const REVEALS = { max: 30, timeWindow: '10 minutes' };
const params = z.object({ id: ulid });

/** Reveals, and the originals that they show. */
export function registerReveals(
  app: App,
  { reveals, orders, store }: { reveals: Reveals; orders: BlurOrders; store: EvidenceStore },
): void {
  const route = routesOf(app, 'violations');
  route.post('/violations/:id/rendition-requests', {
    permission: 'violation:read',
    config,
    operationId: 'requestRenditions',
    summary: 'Asks for the blurred evidence of a violation before that of others',
    description: 'A reader waits for it. It comes by the live event of the violation.',
    handle: ({ user, params: { id } }) => orders.want(user, id),
  });
  route.get('/violations/:id/reveal', {
    permission,
    config,
    operationId: 'getEvidenceReveal',
    summary: 'Says until when the originals of a violation are shown to this account',
    answer: revealState,
    handle: ({ user, params: { id } }) => reveals.state(user, id),
  });
  route.delete('/violations/:id/reveal', {
    permission,
    config,
    operationId: 'endEvidenceReveal',
    summary: 'Ends the view of the originals before its time',
    handle: ({ user, params: { id } }) => reveals.end(user, id),
  });
  app.register(async (scope: App) => {
    await scope.register(rateLimit, { global: false });
    const check = scope.createRateLimit({
      ...REVEALS,
      keyGenerator: (request) => accountOf(request).id,
    });
    routesOf(scope, 'violations').post('/violations/:id/reveal', {
      permission,
      config,
      operationId: 'revealEvidence',
      summary: 'Shows the original evidence of a violation for ten minutes',
      description: 'Who asked, the reason and each file that is read are kept in the audit log.',
      body: revealRequest,
      answer: revealState,
      problems: [429],
      async preHandler(request: FastifyRequest, reply: FastifyReply) {
        const state = await check(request);
        if (state.isAllowed || !state.isExceeded) return;
        reply.header('retry-after', state.ttlInSeconds);
        throw new Problem('evidence.reveal-too-often');
      },
      handle: ({ user, params: { id }, body }) => reveals.open(user, id, body.reason),
    });
  });
  for (const which of ['snapshot', 'clip'] as const) {
    const mediaType = which === 'snapshot' ? 'image/jpeg' : 'video/mp4';
    app.get(
      `/api/v1/violations/:id/original/${which}`,
      {
        config: { permission, ...config },
        schema: {
          tags: ['violations'],
          operationId: `getOriginal${which === 'snapshot' ? 'Snapshot' : 'Clip'}`,
          summary: `Reads the original ${which} of a violation, while it is revealed`,
          description: 'Takes ranges.',
          params,
          response: {
            200: { description: 'The file.', content: { [mediaType]: { schema: z.any() } } },
            206: { description: 'A part.', content: { [mediaType]: { schema: z.any() } } },
            ...problems(401, 403, 404, 416, 422, 503),
          },
        },
      },
      async (request, reply) => {
        const file = await reveals.original(callerOf(request), request.params.id, which);
        return sendFile(request, reply, {
          ...file,
          mediaType,
          cacheControl: 'no-store',
          read: (range) => store.read(file.tenant, file.sha256, range ?? undefined),
        });
      },
    );
  }
}
