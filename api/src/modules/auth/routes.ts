import rateLimit from '@fastify/rate-limit';
import type { Module } from '../../platform/app-types.ts';
import { Problem } from '../../platform/errors.ts';
import { problems } from '../../platform/problems.ts';
import { accountOf } from '../../platform/request-account.ts';
import { loginRequest, loginResponse, userSchema } from './schema.ts';
import { type createAuthService, showUser } from './service.ts';

/** Attempts to sign in as one user from one address, and from one address in all. */
const ATTEMPTS = { sameName: 20, sameAddress: 60, window: '1 minute' };

export function authModule(service: ReturnType<typeof createAuthService>): Module {
  return {
    name: 'auth',
    register(app) {
      app.register(async (scope: typeof app) => {
        await scope.register(rateLimit, { global: false });
        const byName = scope.createRateLimit({
          max: ATTEMPTS.sameName,
          timeWindow: ATTEMPTS.window,
          keyGenerator: (request) => {
            const { username } = request.body as { username: string };
            return `${request.ip} ${username.trim().toLowerCase()}`;
          },
        });
        const byAddress = scope.createRateLimit({
          max: ATTEMPTS.sameAddress,
          timeWindow: ATTEMPTS.window,
        });
        scope.post(
          '/api/v1/auth/login',
          {
            config: { public: true },
            // Anyone may send one: no more than a name and a password need.
            bodyLimit: 8 * 1024,
            schema: {
              tags: ['auth'],
              operationId: 'login',
              summary: 'Signs in',
              body: loginRequest,
              response: { 200: loginResponse, ...problems(400, 401, 429, 503) },
            },
            async preHandler(request, reply) {
              for (const check of [byAddress, byName]) {
                const limit = await check(request);
                if (!limit.isAllowed && limit.isExceeded) {
                  reply.header('retry-after', limit.ttlInSeconds);
                  throw new Problem('auth.too-many');
                }
              }
            },
          },
          (request) => service.login(request.body.username, request.body.password),
        );
      });
      app.get(
        '/api/v1/auth/me',
        {
          config: { permission: 'self' },
          schema: {
            tags: ['auth'],
            operationId: 'me',
            summary: 'Tells who is signed in',
            response: { 200: userSchema, ...problems(401, 403, 503) },
          },
        },
        async (request) => showUser(accountOf(request)),
      );
    },
  };
}
