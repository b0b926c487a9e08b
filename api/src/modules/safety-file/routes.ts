import { ulid } from '@anshi/contracts';
import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import type { App } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { sendFile } from '../../platform/http/send-file.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import { registerRecordRoutes } from '../../platform/workflow/record-routes.ts';
import type { ByOthers } from './by-others.ts';
import type { Entries } from './entries.ts';
import type { Objections } from './objections.ts';
import type { FileReports } from './reports.ts';
import * as schema from './schema.ts';
import type { SafetyFileSettings } from './settings.ts';

const tag = 'safety file';
const mediaTypes = { snapshot: 'image/jpeg', clip: 'video/mp4' } as const;

export interface SafetyFileParts {
  entries: Entries;
  objections: Objections;
  byOthers: ByOthers;
  reports: FileReports;
  settings: SafetyFileSettings;
  store: Pick<EvidenceStore, 'read'>;
}

/** The safety files of people, and objections to them. */
export function registerSafetyFile(app: App, parts: SafetyFileParts): void {
  const { entries, reports, settings } = parts;
  const route = routesOf(app, tag);
  route.get('/persons/:id/safety-file', {
    permission: 'violation:read',
    operationId: 'listSafetyFile',
    summary: 'Lists the violations in the file of a person, the newest first',
    description: 'Also what does not count any more, with what became of it.',
    query: schema.entryQuery,
    answer: schema.entryPage,
    handle: ({ user, params, query }) => entries.ofPerson(user, params.id, query),
  });
  route.post('/persons/:id/safety-file/report', {
    permission: 'violation:read',
    operationId: 'makeSafetyFileReport',
    summary:
      'Makes a PDF of the violations in the file of a person, with pictures, for an appraisal',
    body: schema.reportRequest,
    file: {
      200: {
        description: 'The document, with a code by which it is checked.',
        content: { 'application/pdf': { schema: z.any() } },
      },
    },
    async handle({ user, params, body, request, reply }) {
      const origin = `${request.protocol}://${request.host}`;
      const bytes = await reports.make(user, params.id, body.language, origin);
      return reply.type('application/pdf').send(bytes);
    },
  });
  route.get('/me/safety-file', {
    permission: 'self',
    operationId: 'listOwnSafetyFile',
    summary: 'Lists the violations in one’s own file, the newest first',
    query: schema.entryQuery,
    answer: schema.entryPage,
    handle: ({ user, query }) => entries.own(user, query),
  });
  route.get('/safety-entries/:id', {
    permission: 'self',
    operationId: 'getSafetyEntry',
    summary: 'Reads an entry of one’s own file, or of a file that one may read',
    answer: schema.entrySchema,
    handle: ({ user, params }) => entries.get(user, params.id),
  });
  route.get('/safety-file-settings', {
    permission: 'objection:decide',
    operationId: 'getSafetyFileSettings',
    summary: 'Reads how long people may object',
    answer: schema.settingSchema,
    handle: ({ user }) => settings.read(user),
  });
  route.put('/safety-file-settings', {
    permission: 'objection:decide',
    operationId: 'changeSafetyFileSettings',
    summary: 'Changes how long people may object to entries that are written from then on',
    body: schema.settingRequest,
    answer: schema.settingSchema,
    handle: ({ user, body }) => settings.change(user, body),
  });
  registerEvidence(app, parts);
  registerObjections(app, parts);
}

function registerEvidence(app: App, { entries, store }: SafetyFileParts): void {
  for (const which of ['snapshot', 'clip'] as const) {
    const mediaType = mediaTypes[which];
    app.get(
      `/api/v1/safety-entries/:id/${which}`,
      {
        config: { permission: 'self' },
        schema: {
          tags: [tag],
          operationId: `getSafetyEntry${which === 'clip' ? 'Clip' : 'Snapshot'}`,
          summary: `Reads the ${which} of an entry, with blurred faces`,
          description: 'Takes ranges.',
          params: z.object({ id: ulid }),
          response: {
            200: { description: 'The file.', content: { [mediaType]: { schema: z.any() } } },
            206: { description: 'A part.', content: { [mediaType]: { schema: z.any() } } },
            ...problems(401, 403, 404, 410, 416, 422, 503),
          },
        },
      },
      async (request, reply) => {
        const { id } = request.params as { id: string };
        const file = await entries.evidence(callerOf(request), id, which);
        return sendFile(request, reply, {
          ...file,
          mediaType,
          read: (range) => store.read(file.tenant, file.sha256, range ?? undefined),
        });
      },
    );
  }
}

function registerObjections(app: App, { objections, byOthers }: SafetyFileParts): void {
  const route = routesOf(app, tag);
  route.post('/safety-entries/:id/objection', {
    permission: 'self',
    operationId: 'objectToSafetyEntry',
    summary: 'Objects to an entry of one’s own file, once and within its time',
    description: 'A person decides who gave no verdict on it and cannot have been the one.',
    body: schema.objectionRequest,
    created: schema.entrySchema,
    problems: [409],
    handle: ({ user, params, body }) => objections.file(user, params.id, body.text),
  });
  route.post('/safety-entries/:id/telling', {
    permission: 'safety-file:keep',
    operationId: 'tellOfSafetyEntry',
    summary: 'Records that a person without an account was told of an entry',
    description:
      'The time to object runs from the end of that day, and never from before it is recorded. Refused to the person, to reviewers of the violation and to candidates.',
    body: schema.tellingRequest,
    created: schema.entrySchema,
    problems: [409, 422],
    handle: ({ user, params, body }) => byOthers.tell(user, params.id, body),
  });
  route.post('/safety-entries/:id/objection-by-other', {
    permission: 'safety-file:keep',
    operationId: 'recordObjection',
    summary: 'Records the objection of a person without an account, with a scan',
    description:
      'The day on which it was said counts for the time. Decided as all objections, and not by who recorded it.',
    body: schema.objectionByOther,
    created: schema.entrySchema,
    problems: [409, 422],
    handle: ({ user, params, body }) => byOthers.object(user, params.id, body),
  });
  route.get('/objections', {
    permission: 'objection:decide',
    operationId: 'listObjections',
    summary: 'Lists objections, the newest first',
    query: schema.objectionQuery,
    answer: schema.objectionPage,
    handle: ({ user, query }) => objections.list(user, query),
  });
  route.get('/objections/:id', {
    permission: 'objection:decide',
    operationId: 'getObjection',
    summary: 'Reads an objection with its entry and what this account may do',
    answer: schema.objectionSchema,
    handle: ({ user, params }) => objections.get(user, params.id),
  });
  registerRecordRoutes(app, objections.record, {
    path: '/objections/:id',
    permission: 'objection:decide',
    tag,
    noun: 'an objection',
    operations: {
      history: 'getObjectionHistory',
      assignable: 'listObjectionAssignable',
      act: 'actOnObjection',
    },
    action: schema.objectionAction,
    answer: schema.objectionSchema,
    description: 'Not for the person, for who gave a verdict, and for who may have been the one.',
  });
}
