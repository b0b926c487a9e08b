import { ulid } from '@anshi/contracts';
import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { sendFile } from '../../platform/http/send-file.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import {
  listQuery,
  tradeRequest,
  verdictHistory,
  verdictRequest,
  violationPage,
  violationSchema,
} from './schema.ts';
import type { ViolationsService } from './service.ts';

const params = z.object({ id: ulid });
const tags = ['violations'];
const mediaTypes = {
  snapshot: 'image/jpeg',
  clip: 'video/mp4',
  boxes: 'application/json',
} as const;

export function violationsModule(service: ViolationsService, store: EvidenceStore): Module {
  return {
    name: 'violations',
    register(app) {
      const route = routesOf(app, 'violations');
      route.get('/violations', {
        permission: 'violation:read',
        operationId: 'listViolations',
        summary: 'Lists violations',
        query: listQuery,
        answer: violationPage,
        handle: ({ user, query }) => service.list(user.account, query),
      });
      route.get('/violations/:id', {
        permission: 'violation:read',
        operationId: 'getViolation',
        summary: 'Reads one violation',
        answer: violationSchema,
        handle: ({ user, params }) => service.get(user.account, params.id),
      });
      route.post('/violations/:id/verdict', {
        permission: 'violation:review',
        operationId: 'decideViolation',
        summary: 'Confirms, dismisses or reopens a violation',
        description:
          'Where someone else was quicker, the answer is 409 with the row as it is now in `current`.',
        body: verdictRequest,
        answer: violationSchema,
        problems: [409],
        handle: ({ user, params, body }) => service.decide(user, params.id, body),
      });
      route.put('/violations/:id/trade', {
        permission: 'violation:review',
        operationId: 'setViolationTrade',
        summary: 'Sets in which trade of special work a violation was',
        description: 'Derived at the verdict where nobody chose it.',
        body: tradeRequest,
        answer: violationSchema,
        problems: [409, 422],
        handle: ({ user, params, body }) => service.setTrade(user, params.id, body),
      });
      route.get('/violations/:id/verdicts', {
        permission: 'violation:read',
        operationId: 'listVerdicts',
        summary: 'Lists every verdict that was given, the undone ones too',
        answer: verdictHistory,
        handle: ({ user, params }) => service.history(user.account, params.id),
      });
      for (const which of ['snapshot', 'clip', 'boxes'] as const) {
        const mediaType = mediaTypes[which];
        app.get(
          `/api/v1/violations/:id/${which}`,
          {
            config: { permission: 'violation:read' },
            schema: {
              tags,
              operationId: `getViolation${which[0]!.toUpperCase()}${which.slice(1)}`,
              summary:
                which === 'boxes'
                  ? 'Reads the boxes of a violation'
                  : `Reads the ${which} of a violation, with blurred faces`,
              description: 'Takes ranges.',
              params,
              response: {
                200: { description: 'The file.', content: { [mediaType]: { schema: z.any() } } },
                206: { description: 'A part.', content: { [mediaType]: { schema: z.any() } } },
                ...problems(401, 403, 404, 410, 416, 422, 503),
              },
            },
          },
          async (request, reply) => {
            const file = await service.evidence(callerOf(request), request.params.id, which);
            return sendFile(request, reply, {
              ...file,
              mediaType,
              read: (range) => store.read(file.tenant, file.sha256, range ?? undefined),
            });
          },
        );
      }
    },
  };
}
