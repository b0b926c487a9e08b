import { ulid } from '@anshi/contracts';
import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import { accountOf } from '../../platform/access/request-account.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { sendFile } from '../../platform/http/send-file.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import {
  listQuery,
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
    feature: 'monitoring',
    register(app) {
      app.get(
        '/api/v1/violations',
        {
          config: { permission: 'violation:read' },
          schema: {
            tags,
            operationId: 'listViolations',
            summary: 'Lists violations',
            querystring: listQuery,
            response: { 200: violationPage, ...problems(400, 401, 403, 503) },
          },
        },
        (request) => service.list(accountOf(request), request.query),
      );
      app.get(
        '/api/v1/violations/:id',
        {
          config: { permission: 'violation:read' },
          schema: {
            tags,
            operationId: 'getViolation',
            summary: 'Reads one violation',
            params,
            response: { 200: violationSchema, ...problems(401, 403, 404, 503) },
          },
        },
        (request) => service.get(accountOf(request), request.params.id),
      );
      app.post(
        '/api/v1/violations/:id/verdict',
        {
          config: { permission: 'violation:review' },
          schema: {
            tags,
            operationId: 'decideViolation',
            summary: 'Confirms, dismisses or reopens a violation',
            description:
              'Where someone else was quicker, the answer is 409 with the row as it is now in `current`.',
            params,
            body: verdictRequest,
            response: { 200: violationSchema, ...problems(400, 401, 403, 404, 409, 503) },
          },
        },
        (request) => service.decide(callerOf(request), request.params.id, request.body),
      );
      app.get(
        '/api/v1/violations/:id/verdicts',
        {
          config: { permission: 'violation:read' },
          schema: {
            tags,
            operationId: 'listVerdicts',
            summary: 'Lists every verdict that was given, the undone ones too',
            params,
            response: { 200: verdictHistory, ...problems(401, 403, 404, 503) },
          },
        },
        (request) => service.history(accountOf(request), request.params.id),
      );
      for (const which of ['snapshot', 'clip', 'boxes'] as const) {
        const mediaType = mediaTypes[which];
        app.get(
          `/api/v1/violations/:id/${which}`,
          {
            config: { permission: 'violation:read' },
            schema: {
              tags,
              operationId: `getViolation${which[0]!.toUpperCase()}${which.slice(1)}`,
              summary: `Reads the ${which} of a violation`,
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
