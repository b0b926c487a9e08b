import rateLimit from '@fastify/rate-limit';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { accountOf } from '../access/request-account.ts';
import type { App, Module } from '../http/app-types.ts';
import { Problem } from '../http/errors.ts';
import { problems } from '../http/problems.ts';
import type { EmailAddresses } from './email-address.ts';
import type { Preferences } from './preferences.ts';
import { preferencesSchema } from './schema.ts';

const tags = ['notices'];
/** A code goes to an address that anyone may enter: nobody's letter box is filled by it. */
const CODES = { max: 5, timeWindow: '1 hour' };

/** Showing that one reads what arrives at one's mail address. */
export function emailAddressModule(options: {
  addresses: EmailAddresses;
  preferences: Preferences;
}): Module {
  const { addresses, preferences } = options;
  return {
    name: 'notice-email',
    register(root) {
      root.register(async (app: App) => {
        await app.register(rateLimit, { global: false });
        const check = app.createRateLimit({
          ...CODES,
          keyGenerator: (request) => accountOf(request).id,
        });
        app.post(
          '/api/v1/notices/email/code',
          {
            config: { permission: 'self' },
            preHandler: async (request) => {
              const state = await check(request);
              if (state.isAllowed || !state.isExceeded) return;
              throw new Problem('auth.too-many', 'Enough codes were sent; wait for an hour.', {
                retryAfterSeconds: state.ttlInSeconds,
              });
            },
            schema: {
              tags,
              operationId: 'sendEmailCode',
              summary: "Sends a code to the user's mail address, to be entered as proof",
              response: { 202: z.null(), ...problems(401, 404, 409, 429, 503) },
            },
          },
          async (request, reply) => {
            await addresses.sendCode(callerOf(request));
            return reply.code(202).send(null);
          },
        );
        app.post(
          '/api/v1/notices/email/confirm',
          {
            config: { permission: 'self' },
            schema: {
              tags,
              operationId: 'confirmEmail',
              summary: "Takes the code: from now on notices go to the user's mail address",
              body: z.strictObject({
                code: z
                  .string()
                  .trim()
                  .regex(/^\d{6}$/, 'must be 6 digits'),
              }),
              response: { 200: preferencesSchema, ...problems(400, 401, 404, 409, 422, 503) },
            },
          },
          async (request) => {
            await addresses.confirm(callerOf(request), request.body.code);
            return preferences.read(accountOf(request));
          },
        );
      });
    },
  };
}
