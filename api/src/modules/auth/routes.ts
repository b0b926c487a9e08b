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
import { createAddressLimit } from './address-limit.ts';
import { clearCookie, readCookie, readDevice, setCookie, setDevice } from './cookie.ts';
import type { KnownDevices } from './known-devices.ts';
import { ownRoutes } from './own-routes.ts';
import { loginRequest, loginResponse, userSchema } from './schema.ts';
import type { SecondFactorService } from './second-factor.ts';
import type { AuthService, Visitor } from './service.ts';

/** Per address, for any user name. */
const SIGN_INS = { wrong: 60, atOnce: 4 };
/** A plant behind one address has many tabs. */
const REFRESHES = { wrong: 600, atOnce: 6 };
const SIGN_OUTS = { max: 600, timeWindow: '1 minute' };

const visitorOf = (request: FastifyRequest): Visitor => ({
  address: request.ip,
  agent: request.headers['user-agent'] ?? null,
  requestId: request.id,
});

export function authModule(options: {
  service: AuthService;
  secondFactor: SecondFactorService;
  devices: KnownDevices;
  tenant: string;
}): Module {
  const { service, secondFactor, devices, tenant } = options;
  return {
    name: 'auth',
    register(app) {
      app.register(async (scope: App) => {
        await scope.register(cookie);
        await scope.register(rateLimit, { global: false });
        // Beyond the limit, refused without checking the password.
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
        const signingIn = createAddressLimit(SIGN_INS);
        const refreshing = createAddressLimit(REFRESHES);

        scope.post(
          '/api/v1/auth/login',
          {
            config: { public: true },
            // Unauthenticated: limited to the size of a name and a password.
            bodyLimit: 8 * 1024,
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
            const cookie = readDevice(request);
            const device = devices.find(cookie, tenant, username);
            const known = device === null ? null : username.trim().toLowerCase();
            const signedIn = await signingIn(request.ip, { known }, () =>
              service.login(
                { username, password, ...(totp ? { totp } : {}) },
                { ...visitorOf(request), device, replaces: readCookie(request) },
              ),
            );
            setCookie(request, reply, signedIn.refresh.token, signedIn.refresh.expiresAt);
            setDevice(request, reply, devices.remember(cookie, tenant, username));
            return signedIn.answer;
          },
        );
        scope.post(
          '/api/v1/auth/refresh',
          {
            config: { public: true },
            bodyLimit: 1024,
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
              const cookie = readCookie(request);
              const isRight = () => service.knowsRefresh(cookie);
              const renewed = await refreshing(request.ip, { isRight }, () =>
                service.refresh(cookie, visitorOf(request)),
              );
              setCookie(request, reply, renewed.refresh.token, renewed.refresh.expiresAt);
              return renewed.answer;
            } catch (error) {
              // An invalid cookie is removed; if the database is unavailable, it is kept.
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
            preHandler: limited(SIGN_OUTS),
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
              summary: 'Returns the signed-in user',
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
