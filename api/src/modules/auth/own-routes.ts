import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import { sessionOf } from '../../platform/access/request-account.ts';
import type { App } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { passwordRequest, sessionSchema } from './schema.ts';
import type { SecondFactorService } from './second-factor.ts';
import type { AuthService } from './service.ts';

const config = { permission: 'self' } as const;
const tags = ['auth'];
const done = { 204: z.undefined().describe('Done.') };
const password = z.object({ password: z.string().min(1).max(1024) });

/** The user's own account: password, sessions, second factor. */
export function ownRoutes(app: App, service: AuthService, secondFactor: SecondFactorService): void {
  app.post(
    '/api/v1/auth/password',
    {
      config: { ...config, whilePasswordDue: true },
      bodyLimit: 8 * 1024,
      schema: {
        tags,
        operationId: 'changePassword',
        summary: "Changes one's password and ends one's other sessions",
        body: passwordRequest,
        response: { ...done, ...problems(400, 401, 403, 422, 429, 503) },
      },
    },
    async (request, reply) => {
      await service.changePassword(callerOf(request), sessionOf(request), request.body);
      return reply.code(204).send();
    },
  );
  app.get(
    '/api/v1/auth/sessions',
    {
      config,
      schema: {
        tags,
        operationId: 'listSessions',
        summary: "Lists where one's account is signed in",
        response: {
          200: z.object({ items: z.array(sessionSchema) }),
          ...problems(401, 403, 503),
        },
      },
    },
    async (request) => ({
      items: await service.sessions(callerOf(request), sessionOf(request)),
    }),
  );
  app.delete(
    '/api/v1/auth/sessions',
    {
      config,
      schema: {
        tags,
        operationId: 'endOtherSessions',
        summary: "Ends all of one's sessions but this",
        response: { ...done, ...problems(401, 403, 503) },
      },
    },
    async (request, reply) => {
      await service.endOwn(callerOf(request), { except: sessionOf(request) });
      return reply.code(204).send();
    },
  );
  app.delete(
    '/api/v1/auth/sessions/:id',
    {
      config,
      schema: {
        tags,
        operationId: 'endSession',
        summary: "Ends one of one's own sessions",
        params: z.object({ id: z.string().max(26) }),
        response: { ...done, ...problems(401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      await service.endOwn(callerOf(request), { id: request.params.id });
      return reply.code(204).send();
    },
  );
  app.post(
    '/api/v1/auth/totp/setup',
    {
      config,
      schema: {
        tags,
        operationId: 'setUpTotp',
        summary: 'Makes the secret of a second factor; it counts once a code has been entered',
        body: password,
        response: {
          200: z.object({
            secret: z.string().describe('Base32, to be typed.'),
            uri: z.string().describe('otpauth://, for a QR code.'),
          }),
          ...problems(400, 401, 403, 409, 422, 429, 503),
        },
      },
    },
    (request) => secondFactor.setUp(callerOf(request), sessionOf(request), request.body.password),
  );
  app.post(
    '/api/v1/auth/totp/enable',
    {
      config,
      schema: {
        tags,
        operationId: 'enableTotp',
        summary: 'Switches the second factor on; the recovery codes are shown this once',
        body: z.object({ code: z.string().min(1).max(32) }),
        response: {
          200: z.object({ recoveryCodes: z.array(z.string()) }),
          ...problems(400, 401, 403, 409, 503),
        },
      },
    },
    async (request) => ({
      recoveryCodes: await secondFactor.enable(
        callerOf(request),
        sessionOf(request),
        request.body.code,
      ),
    }),
  );
  app.delete(
    '/api/v1/auth/totp',
    {
      config,
      schema: {
        tags,
        operationId: 'disableTotp',
        summary: 'Switches the second factor off',
        body: password,
        response: { ...done, ...problems(400, 401, 403, 422, 429, 503) },
      },
    },
    async (request, reply) => {
      await secondFactor.disable(callerOf(request), sessionOf(request), request.body.password);
      return reply.code(204).send();
    },
  );
}
