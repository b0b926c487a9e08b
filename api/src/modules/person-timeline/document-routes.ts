import rateLimit from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { accountOf } from '../../platform/access/request-account.ts';
import type { App } from '../../platform/http/app-types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { FileDocuments } from './document.ts';
import { fileDocumentRequest, fileSummary, ownFileRequest, summaryQuery } from './schema.ts';

/** Prints of an account: many more would be a copy of the register, with sealed fields. */
const PRINTS = { max: 20, timeWindow: '10 minutes' };

/** Sealed fields in plain text, each counts. */
const REVEALS = { max: 10, timeWindow: '10 minutes' };

const file = {
  200: {
    description: 'The document, with a code by which it is checked.',
    content: { 'application/pdf': { schema: z.any() } },
  },
};
const originOf = (request: FastifyRequest) => `${request.protocol}://${request.host}`;

/** The file of a person as PDF, for its recipient. */
export function registerDocuments(app: App, documents: FileDocuments): void {
  app.register(async (scope: App) => {
    await scope.register(rateLimit, { global: false });
    const check = scope.createRateLimit({
      ...PRINTS,
      keyGenerator: (request) => accountOf(request).id,
    });
    const checkReveal = scope.createRateLimit({
      ...REVEALS,
      keyGenerator: (request) => accountOf(request).id,
    });
    const limited = async (
      limit: typeof check,
      request: FastifyRequest,
      reply: FastifyReply,
    ): Promise<void> => {
      const state = await limit(request);
      if (state.isAllowed || !state.isExceeded) return;
      reply.header('retry-after', state.ttlInSeconds);
      throw new Problem('person-file.too-often');
    };
    const preHandler = async (request: FastifyRequest, reply: FastifyReply) => {
      await limited(check, request, reply);
      const { reveal = [] } = request.body as { reveal?: string[] };
      for (const _ of new Set(reveal)) await limited(checkReveal, request, reply);
    };
    const route = routesOf(scope, 'person-timeline');
    route.get('/persons/:id/file/summary', {
      permission: 'person:read',
      operationId: 'getPersonFileSummary',
      summary: 'Says where a person may work, what is missing and what is open',
      query: summaryQuery,
      answer: fileSummary,
      handle: ({ user, params, query }) => documents.summary(user, params.id, query.language),
    });
    route.get('/me/file/summary', {
      permission: 'self',
      operationId: 'getOwnFileSummary',
      summary: 'Says where the caller may work, what is missing and what is open',
      query: summaryQuery,
      answer: fileSummary,
      problems: [404],
      handle: ({ user, query }) => documents.ownSummary(user, query.language),
    });
    route.post('/persons/:id/file/document', {
      permission: 'person:read',
      operationId: 'printPersonFile',
      summary: 'Makes a PDF of the safety file of a person, masked for its recipient',
      description:
        'Sections that the account may not read of this person are left out. Who printed it for whom and why is in the audit log.',
      body: fileDocumentRequest,
      file,
      problems: [422, 429],
      preHandler,
      async handle({ user, params, body, request, reply }) {
        const bytes = await documents.make(user, params.id, body, originOf(request));
        return reply.type('application/pdf').header('cache-control', 'no-store').send(bytes);
      },
    });
    route.post('/me/file/document', {
      permission: 'self',
      operationId: 'printOwnFile',
      summary: 'Makes a PDF of one’s own safety file',
      body: ownFileRequest,
      file,
      problems: [404, 422, 429],
      preHandler,
      async handle({ user, body, request, reply }) {
        const bytes = await documents.own(user, body, originOf(request));
        return reply.type('application/pdf').header('cache-control', 'no-store').send(bytes);
      },
    });
  });
}
