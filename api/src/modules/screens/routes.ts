import cookie from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { refuseForeignOrigin, requireSameOrigin } from '../../platform/http/same-origin.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { WallGroups } from './groups.ts';
import * as schema from './schema.ts';
import type { Screens } from './service.ts';

/** Longer than any browser keeps a cookie; it is set again with each renewal. */
const COOKIE_SECONDS = 400 * 86_400;

/** The cookie of a screen, not readable by scripts. By https its name binds it to this host. */
function cookieOf({ protocol }: FastifyRequest) {
  const secure = protocol === 'https';
  const path = secure ? '/' : '/api/v1/screen';
  const attributes = { path, httpOnly: true, sameSite: 'strict', secure } as const;
  return { name: secure ? '__Host-anshi_screen' : 'anshi_screen', attributes };
}

function keep(request: FastifyRequest, reply: FastifyReply, secret: string): void {
  const { name, attributes } = cookieOf(request);
  reply.setCookie(name, secret, { ...attributes, maxAge: COOKIE_SECONDS });
}

/** Shared groups of the wall, and the screens that show them. */
export function registerScreens(app: App, parts: { groups: WallGroups; screens: Screens }): void {
  const { groups, screens } = parts;
  const route = routesOf(app, 'screens');
  const permission = 'wall:manage';
  route.get('/wall-groups', {
    permission: 'camera:read',
    operationId: 'listWallGroups',
    summary: 'Lists the shared groups of the wall',
    answer: schema.wallGroupList,
    handle: ({ user }) => groups.list(user),
  });
  route.post('/wall-groups', {
    permission,
    operationId: 'createWallGroup',
    summary: 'Makes a shared group of cameras of a site',
    body: schema.groupInput,
    created: schema.wallGroup,
    problems: [409, 422],
    handle: ({ user, body }) => groups.create(user, body),
  });
  route.patch('/wall-groups/:id', {
    permission,
    operationId: 'changeWallGroup',
    summary: 'Changes a shared group; its screens follow at once',
    body: schema.groupPatch,
    answer: schema.wallGroup,
    problems: [422],
    handle: ({ user, params, body }) => groups.change(user, params.id, body),
  });
  route.delete('/wall-groups/:id', {
    permission,
    operationId: 'deleteWallGroup',
    summary: 'Deletes a shared group that no screen shows',
    problems: [409],
    handle: async ({ user, params }) => {
      await groups.remove(user, params.id);
    },
  });
  route.get('/screens', {
    permission,
    operationId: 'listScreens',
    summary: 'Lists the screens on walls, newest first',
    answer: schema.screenList,
    handle: ({ user }) => screens.list(user),
  });
  route.post('/screens', {
    permission,
    operationId: 'pairScreen',
    summary: 'Confirms the code that a screen shows',
    description:
      'A code holds for ten minutes and once. Ten wrong ones in ten minutes, and none is taken.',
    body: schema.pairBody,
    created: schema.screenSchema,
    problems: [404, 422, 429],
    handle: ({ user, body }) => screens.pair(user, body),
  });
  route.patch('/screens/:id', {
    permission,
    operationId: 'changeScreen',
    summary: 'Gives a screen another name or group',
    body: schema.screenPatch,
    answer: schema.screenSchema,
    handle: ({ user, params, body }) => screens.change(user, params.id, body),
  });
  route.post('/screens/:id/revocation', {
    permission,
    operationId: 'revokeScreen',
    summary: 'Ends a screen: within a second it shows nothing',
    body: schema.versionBody,
    answer: schema.screenSchema,
    handle: ({ user, params, body }) => screens.revoke(user, params.id, body.version),
  });
  app.register(async (scope: App) => {
    await scope.register(cookie);
    const common = { tags: ['screens'] };
    scope.post(
      '/api/v1/screen/pairing',
      {
        config: { public: true },
        bodyLimit: 1024,
        schema: {
          ...common,
          operationId: 'beginScreenPairing',
          summary:
            'Gives a screen a code to show, and a cookie that is its session once it is confirmed',
          response: { 200: schema.pairingAnswer, ...problems(403, 429, 503) },
        },
      },
      async (request, reply) => {
        refuseForeignOrigin(request);
        const { code, secret, expiresAt } = await screens.begin(request.ip);
        keep(request, reply, secret);
        return { code, expiresAt: expiresAt.toISOString() };
      },
    );
    scope.post(
      '/api/v1/screen/session',
      {
        config: { public: true },
        bodyLimit: 1024,
        schema: {
          ...common,
          operationId: 'renewScreenSession',
          summary: 'Gives a paired screen an access token by its cookie',
          response: { 200: schema.screenSession, ...problems(401, 403, 503) },
        },
      },
      async (request, reply) => {
        requireSameOrigin(request);
        const secret = request.cookies[cookieOf(request).name];
        const session = await screens.session(secret, request.ip);
        if (secret) keep(request, reply, secret);
        return session;
      },
    );
  });
}
