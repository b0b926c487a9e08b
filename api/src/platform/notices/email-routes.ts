import rateLimit from '@fastify/rate-limit';
import { z } from 'zod';
import { accountOf } from '../access/request-account.ts';
import type { App, Module } from '../http/app-types.ts';
import { Problem } from '../http/errors.ts';
import { done, routesOf } from '../kit/routes.ts';
import type { EmailAddresses } from './email-address.ts';
import type { Preferences } from './preferences.ts';
import { preferencesSchema } from './schema.ts';

/** A code is sent to any entered address: rate-limited against abuse. */
const CODES = { max: 5, timeWindow: '1 hour' };

/** Confirmation of one's mail address. */
export function emailAddressModule(options: {
  addresses: EmailAddresses;
  preferences: Preferences;
}): Module {
  const { addresses, preferences } = options;
  return {
    name: 'notice-email',
    register(root) {
      root.register(async (app: App) => {
        const route = routesOf(app, 'notices');
        await app.register(rateLimit, { global: false });
        const check = app.createRateLimit({
          ...CODES,
          keyGenerator: (request) => accountOf(request).id,
        });
        route.post('/notices/email/code', {
          permission: 'self',
          operationId: 'sendEmailCode',
          summary: "Sends a code to the user's mail address, to be entered as proof",
          accepted: done,
          problems: [404, 409, 429],
          preHandler: async (request) => {
            const state = await check(request);
            if (state.isAllowed || !state.isExceeded) return;
            throw new Problem('auth.too-many', 'Enough codes were sent; wait for an hour.', {
              retryAfterSeconds: state.ttlInSeconds,
            });
          },
          handle: ({ user }) => addresses.sendCode(user),
        });
        route.post('/notices/email/confirm', {
          permission: 'self',
          operationId: 'confirmEmail',
          summary: "Takes the code: from now on notices go to the user's mail address",
          body: z.strictObject({
            code: z
              .string()
              .trim()
              .regex(/^\d{6}$/, 'must be 6 digits'),
          }),
          answer: preferencesSchema,
          problems: [404, 409, 422],
          handle: async ({ user, body }) => {
            await addresses.confirm(user, body.code);
            return preferences.read(user.account);
          },
        });
      });
    },
  };
}
