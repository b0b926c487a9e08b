import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { bearer } from '../../platform/access/auth.ts';
import { accountOf } from '../../platform/access/request-account.ts';
import type { App, Module } from '../../platform/http/app-types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { problems } from '../../platform/http/problems.ts';
import { refuseForeignOrigin, requireSameOrigin } from '../../platform/http/same-origin.ts';
import { clearCookie, readCookie, setCookie } from './cookie.ts';
import { ownRoutes } from './own-routes.ts';
import { loginRequest, loginResponse, userSchema } from './schema.ts';
import type { SecondFactorService } from './second-factor.ts';
import type { AuthService, Visitor } from './service.ts';

/** Attempts to sign in from one address, whatever the names. */
const SAME_ADDRESS = { max: 60, timeWindow: '1 minute' };
/** Renewals from one address: a plant behind one address has many tabs. */
const REFRESHES = { max: 600, timeWindow: '1 minute' };

const visitorOf = (request: FastifyRequest): Visitor => ({
  address: request.ip,
  agent: request.headers['user-agent'] ?? null,
  requestId: request.id,
});

export function authModule(service: AuthService, secondFactor: SecondFactorService): Module {
  return {
    name: 'auth',
    register(app) {
      app.register(async (scope: App) => {
        await scope.register(cookie);
        await scope.register(rateLimit, { global: false });
        // So many in the window and no more, answered without a look at the password.
        const limited = (limit: { max: number; timeWindow: string }) => {
          const check = scope.createRateLimit(limit);
          return async (request: FastifyRequest) => {
            const result = await check(request);
            if (!result.isAllowed && result.isExceeded) {
              throw new Problem('auth.too-many', undefined, {
                retryAfterSeconds: result.ttlInSeconds,
              });
            }
          };
        };
        const loginLimit = limited(SAME_ADDRESS);
        const refreshLimit = limited(REFRESHES);

        scope.post(
          '/api/v1/auth/login',
          {
            config: { public: true },
            // Anyone may send one: no more than a name and a password need.
            bodyLimit: 8 * 1024,
            preHandler: loginLimit,
            schema: {
              tags: ['auth'],
              operationId: 'login',
              summary: 'Signs in; the cookie that it sets keeps the session alive',
              body: loginRequest,
              response: { 200: loginResponse, ...problems(400, 401, 403, 429, 503) },
            },
          },
          async (request, reply) => {
            refuseForeignOrigin(request);
            const { username, password, totp } = request.body;
            const signedIn = await service.login(
              { username, password, ...(totp ? { totp } : {}) },
              visitorOf(request),
            );
            setCookie(request, reply, signedIn.refresh.token, signedIn.refresh.expiresAt);
            return signedIn.answer;
          },
        );
        scope.post(
          '/api/v1/auth/refresh',
          {
            config: { public: true },
            bodyLimit: 1024,
            preHandler: refreshLimit,
            schema: {
              tags: ['auth'],
              operationId: 'refresh',
              summary: 'Gives a new access token for the cookie, which works once',
              response: { 200: loginResponse, ...problems(401, 403, 429, 503) },
            },
          },
          async (request, reply) => {
            requireSameOrigin(request);
            try {
              const renewed = await service.refresh(readCookie(request), visitorOf(request));
              setCookie(request, reply, renewed.refresh.token, renewed.refresh.expiresAt);
              return renewed.answer;
            } catch (error) {
              // One that is over is of no use; where the database is away, it stays.
              if (error instanceof Problem && error.status === 401) clearCookie(request, reply);
              throw error;
            }
          },
        );
        scope.post(
          '/api/v1/auth/logout',
          {
            config: { public: true },
            bodyLimit: 1024,
            preHandler: limited(REFRESHES),
            schema: {
              tags: ['auth'],
              operationId: 'logout',
              summary: 'Ends the session of the cookie or of the access token',
              response: { 204: z.undefined().describe('Ended.'), ...problems(403, 429, 503) },
            },
          },
          async (request, reply) => {
            const token = readCookie(request);
            if (token) requireSameOrigin(request);
            const access = request.headers.authorization ? bearer(request) : undefined;
            await service.logout({ cookie: token, bearer: access }, visitorOf(request));
            clearCookie(request, reply);
            return reply.code(204).send();
          },
        );
        scope.get(
          '/api/v1/auth/me',
          {
            config: { permission: 'self', whilePasswordDue: true },
            schema: {
              tags: ['auth'],
              operationId: 'me',
              summary: 'Tells who is signed in',
              response: { 200: userSchema, ...problems(401, 403, 503) },
            },
          },
          (request) => service.me(accountOf(request)),
        );
        ownRoutes(scope, service, secondFactor);
      });
    },
  };
}
