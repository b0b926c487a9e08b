import rateLimit from '@fastify/rate-limit';
import { z } from 'zod';
import type { App, Module } from '../http/app-types.ts';
import { Problem } from '../http/errors.ts';
import { problems } from '../http/problems.ts';
import type { Documents } from './documents.ts';
import { verificationSchema } from './schema.ts';

/** A code has 100 random bits: the limit is for the database, and not against guessing. */
const ASKED = { max: 60, timeWindow: 60_000 };

/** Checks documents by their codes, without an account. */
export function documentsModule(documents: Documents): Module {
  return {
    name: 'documents',
    register(app) {
      app.register(async (scope: App) => {
        await scope.register(rateLimit, { global: false });
        const check = scope.createRateLimit({ ...ASKED, keyGenerator: ({ ip }) => ip });
        scope.get(
          '/api/v1/documents/verification/:code',
          {
            config: { public: true },
            schema: {
              tags: ['documents'],
              operationId: 'verifyDocument',
              summary: 'Says what the document with this verification code is',
              description:
                'Without an account: kind, company, time, digest, and whether a later one took its place.',
              params: z.object({ code: z.string().max(64).describe('As it is printed.') }),
              response: { 200: verificationSchema, ...problems(400, 404, 429, 503) },
            },
            preHandler: async (request) => {
              const state = await check(request);
              if (state.isAllowed || !state.isExceeded) return;
              throw new Problem('document.too-many', undefined, {
                retryAfterSeconds: state.ttlInSeconds,
              });
            },
          },
          ({ params }) => documents.verification(params.code),
        );
      });
    },
  };
}
