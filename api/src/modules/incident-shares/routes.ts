import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import type { App } from '../../platform/http/app-types.ts';
import { sendFile } from '../../platform/http/send-file.ts';
import { routesOf, type User } from '../../platform/kit/routes.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import type { ShareGiving } from './give.ts';
import type { ShareLooking } from './look.ts';
import * as schema from './schema.ts';
import { stampName } from './stamp-name.ts';

/** What was given to one account is not for the caches of others, nor for later. */
const NOT_KEPT = 'private, no-store';
const jpeg = { content: { 'image/jpeg': { schema: z.any() } } };
const mp4 = { content: { 'video/mp4': { schema: z.any() } } };

/** Who looks and when, as it is drawn over pictures: `Li Zhiban · operator · 2026-11-30 08:12`. */
const nameOf = ({ account: { displayName, username } }: User): string => {
  const { zh, en } = displayName;
  const names = zh === en ? zh : `${zh} ${en}`;
  return `${names} · ${username} · ${new Date().toISOString().slice(0, 16).replace('T', ' ')}Z`;
};

export function registerIncidentShares(
  app: App,
  parts: { giving: ShareGiving; looking: ShareLooking; store: Pick<EvidenceStore, 'read'> },
): void {
  const { giving, looking, store } = parts;
  const route = routesOf(app, 'incidents');
  const permission = 'incident-share:give';
  route.get('/incidents/:id/shares', {
    permission,
    operationId: 'listIncidentShares',
    summary: 'Lists the links that were given to an incident, and who looked',
    answer: schema.shareList,
    handle: ({ user, params }) => giving.list(user.account, params.id),
  });
  route.get('/incidents/:id/share-candidates', {
    permission,
    operationId: 'listIncidentShareCandidates',
    summary: 'Lists accounts that a link can name',
    query: schema.candidateQuery,
    answer: schema.candidateList,
    handle: ({ user, params, query }) => giving.candidates(user.account, params.id, query.q),
  });
  route.post('/incidents/:id/shares', {
    permission,
    operationId: 'giveIncidentShare',
    summary: 'Gives named accounts a link to an incident, until a time',
    body: schema.shareRequest,
    created: schema.shareSchema,
    problems: [422],
    handle: ({ user, params, body }) => giving.give(user, params.id, body),
  });
  route.post('/incident-shares/:id/end', {
    permission,
    operationId: 'endIncidentShare',
    summary: 'Ends a link before its time',
    body: schema.shareEnd,
    answer: schema.shareSchema,
    handle: ({ user, params, body }) => giving.end(user, params.id, body.version),
  });
  const opened = { permission: 'self', params: schema.codeParams, problems: [410, 429] } as const;
  route.get('/shared-incidents/:code', {
    ...opened,
    operationId: 'openSharedIncident',
    summary: 'Opens a link to an incident, as an account that it names',
    description:
      'A code that was guessed, or passed on to another account, is refused with the same answer; that is in the audit log.',
    answer: schema.sharedIncident,
    handle: ({ user, params }) => looking.open(user, params.code),
  });
  route.get('/shared-incidents/:code/findings/:finding/snapshot', {
    ...opened,
    params: schema.pictureParams,
    operationId: 'getSharedSnapshot',
    summary: 'Reads a picture of a link, with blurred faces and the name of the viewer over it',
    file: { 200: { description: 'The picture.', ...jpeg } },
    problems: [410, 422, 429],
    async handle({ user, params, reply }) {
      const { code, finding } = params;
      const file = await looking.evidence(user, code, finding, 'snapshot');
      const bytes = await buffer(store.read(file.tenant, file.sha256));
      reply.header('cache-control', NOT_KEPT).type('image/jpeg');
      return reply.send(await stampName(bytes, nameOf(user)));
    },
  });
  route.get('/shared-incidents/:code/findings/:finding/clip', {
    ...opened,
    params: schema.pictureParams,
    operationId: 'getSharedClip',
    summary: 'Reads a clip of a link, with blurred faces',
    description: 'Takes ranges. The page draws the name of the viewer over it.',
    file: {
      200: { description: 'The clip.', ...mp4 },
      206: { description: 'A part.', ...mp4 },
    },
    problems: [410, 416, 422, 429],
    async handle({ user, params, request, reply }) {
      const { code, finding } = params;
      const file = await looking.evidence(user, code, finding, 'clip');
      return sendFile(request, reply, {
        ...file,
        mediaType: 'video/mp4',
        cacheControl: NOT_KEPT,
        read: (range) => store.read(file.tenant, file.sha256, range ?? undefined),
      });
    },
  });
}
