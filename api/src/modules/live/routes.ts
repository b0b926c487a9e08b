import { LIVE_ENGINE_HEADER, LIVE_REASON_HEADER, liveAsk, slug } from '@anshi/contracts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import { type Caller, callerOf } from '../../platform/access/caller.ts';
import { accountOf, sessionOf } from '../../platform/access/request-account.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import { browserSocket } from '../../platform/live/route.ts';
import type { TurnSettings } from '../../platform/turn-settings.ts';
import { iceServers, iceServersAnswer } from './ice-servers.ts';
import type { Mpeg1Sockets } from './mpeg1-sockets.ts';
import type { LiveService, Viewer } from './service.ts';
import { cameraStills, stillsQuery } from './still.ts';

const config = { permission: 'live:watch', screen: true } as const;
const tags = ['live'];
const SDP = 'application/sdp';
const SDP_BYTES = 64 * 1024;

const sessionParams = z.object({ id: z.string().regex(/^[a-z0-9-]{1,64}\.[\w-]{1,128}$/) });

const viewerOf = (request: FastifyRequest): Viewer => ({
  account: accountOf(request),
  session: sessionOf(request),
});

/**
 * Writes a line of the audit log: who watches which camera. Called once the worker sends, and before the
 * viewer gets anything of it.
 */
export type NoteView = (caller: Caller & { account: Account }, camera: string) => Promise<void>;

/** The routes of live views. */
export function liveModule(
  service: LiveService,
  note: NoteView,
  sockets: Pick<Mpeg1Sockets, 'accept'>,
  turn: TurnSettings | null,
): Module {
  return {
    name: 'live',
    register(app) {
      app.register(async (scope: typeof app) => {
        scope.addContentTypeParser(
          SDP,
          { parseAs: 'string', bodyLimit: SDP_BYTES },
          (_request, body, done) => done(null, body),
        );
        scope.post(
          '/api/v1/live/:camera/whep',
          {
            config,
            schema: {
              tags,
              operationId: 'startLiveView',
              summary: 'Starts a live view (WHEP): an SDP offer for an SDP answer',
              consumes: [SDP],
              params: z.object({ camera: slug }),
              querystring: liveAsk,
              body: z.string().min(1),
              response: {
                201: {
                  description:
                    'The answer; the session is named by the header Location, what sends the picture by X-Anshi-Live-Engine, and why it is that one by X-Anshi-Live-Reason.',
                  content: { [SDP]: { schema: z.string() } },
                },
                ...problems(401, 403, 404, 409, 415, 502, 503),
              },
            },
          },
          async (request, reply) => {
            const { camera } = request.params;
            const viewer = viewerOf(request);
            const started = await service.start(camera, request.body, viewer, request.query);
            const { answer, session, engine, reason } = started;
            try {
              await note(callerOf(request), camera);
            } catch (error) {
              // Without the answer nothing is shown, and without a line there is no answer.
              await service.end(session, viewer).catch(() => {});
              throw error;
            }
            if (engine) reply.header(LIVE_ENGINE_HEADER, engine);
            if (reason) reply.header(LIVE_REASON_HEADER, reason);
            return reply
              .code(201)
              .type(SDP)
              .header('location', `/api/v1/live/sessions/${session}`)
              .serializer((body: unknown) => String(body))
              .send(answer);
          },
        );
      });
      app.get(
        '/api/v1/live/ice-servers',
        {
          config,
          schema: {
            tags,
            operationId: 'getIceServers',
            summary: 'Gives the ICE servers for one live view, with a credential of its own',
            response: { 200: iceServersAnswer, ...problems(401, 403) },
          },
        },
        () => iceServers(turn, Date.now()),
      );
      routesOf(app, 'live').get('/live/stills', {
        permission: 'live:watch',
        config: { screen: true },
        operationId: 'listLiveStills',
        summary:
          'Reads the newest pictures of cameras with blurred faces, for tiles without their video',
        query: stillsQuery,
        answer: cameraStills,
        async handle({ user, query, request }) {
          const items = await service.stills(query.cameras, viewerOf(request));
          const given = items.filter(({ tag }) => tag !== null);
          await Promise.all(given.map(({ camera }) => note(user, camera)));
          return { items };
        },
      });
      app.get('/api/v1/live-video', browserSocket, (socket, { raw, ip, id }) =>
        sockets.accept(socket, raw.socket, ip, id),
      );
      app.get(
        '/api/v1/live/sessions/:id',
        {
          config,
          schema: {
            tags,
            operationId: 'checkLiveView',
            summary: 'Checks whether a live view is still open at its worker',
            params: sessionParams,
            response: {
              204: z.undefined().describe('It is open.'),
              ...problems(401, 403, 404, 502, 503),
            },
          },
        },
        async (request, reply) => {
          await service.check(request.params.id, viewerOf(request));
          return reply.code(204).send();
        },
      );
      app.delete(
        '/api/v1/live/sessions/:id',
        {
          config,
          schema: {
            tags,
            operationId: 'endLiveView',
            summary: 'Ends a live view',
            params: sessionParams,
            response: {
              204: z.undefined().describe('Ended.'),
              ...problems(401, 403, 404, 502, 503),
            },
          },
        },
        async (request, reply) => {
          await service.end(request.params.id, viewerOf(request));
          return reply.code(204).send();
        },
      );
    },
  };
}
