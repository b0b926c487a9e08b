import { ulid } from '@anshi/contracts';
import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import type { App } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { sendFile } from '../../platform/http/send-file.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { ContentStore } from '../../platform/store/content.ts';
import { type LabelExports, labelExport } from './labels/exports.ts';
import { labelFilter } from './labels/select.ts';

const tags = ['models'];
const config = { permission: 'model:export' } as const;
const params = z.strictObject({ id: ulid });

/** Labelled sets from verdicts, for users who may export pictures. */
export function registerLabelExports(
  app: App,
  exports: LabelExports,
  store: Pick<ContentStore, 'read'>,
): void {
  const route = routesOf(app, 'models');
  route.get('/models/label-exports', {
    permission: 'model:export',
    operationId: 'listModelLabelExports',
    summary: 'Lists the labelled sets that were made',
    answer: z.object({ items: z.array(labelExport) }),
    handle: ({ user }) => exports.list(user),
  });
  route.post('/models/label-exports', {
    permission: 'model:export',
    operationId: 'makeModelLabelExport',
    summary: 'Makes a labelled set from verdicts, as a job',
    body: labelFilter,
    accepted: labelExport,
    problems: [409],
    handle: ({ user, body }) => exports.request(user, body),
  });
  route.get('/models/label-exports/:id', {
    permission: 'model:export',
    operationId: 'getModelLabelExport',
    summary: 'Reads how far it is, and what it holds',
    answer: labelExport,
    handle: ({ user, params }) => exports.get(user, params.id),
  });
  app.get(
    '/api/v1/models/label-exports/:id/archive',
    {
      config,
      schema: {
        tags,
        operationId: 'getModelLabelArchive',
        summary: 'Takes the set out of the system, as a tar',
        description: 'Takes ranges. Each time leaves a line in the audit log.',
        params,
        response: {
          200: { description: 'The tar.', content: { 'application/x-tar': { schema: z.any() } } },
          206: { description: 'A part.', content: { 'application/x-tar': { schema: z.any() } } },
          ...problems(400, 401, 403, 404, 409, 416, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const file = await exports.archive(caller, request.params.id);
      reply.header('content-disposition', `attachment; filename="labels-${request.params.id}.tar"`);
      return sendFile(request, reply, {
        ...file,
        mediaType: 'application/x-tar',
        read: (range) => store.read(caller.tenant, file.sha256, range ?? undefined),
      });
    },
  );
}
