import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from '../../platform/http/app-types.ts';
import { sendFile } from '../../platform/http/send-file.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { ContentStore } from '../../platform/store/content.ts';
import type { IncidentReports } from './reports.ts';
import { labelQuery, packList, packRequest, packSchema, reportRequest } from './schema.ts';
import type { EvidencePacks } from './service.ts';

const permission = 'evidence:export';
const pdf = { content: { 'application/pdf': { schema: z.any() } } };
const archive = { content: { 'application/zip': { schema: z.any() } } };

export function registerEvidencePacks(
  app: App,
  parts: { packs: EvidencePacks; reports: IncidentReports; store: Pick<ContentStore, 'read'> },
): void {
  const { packs, reports, store } = parts;
  const route = routesOf(app, 'evidence-packs');
  route.get('/incidents/:id/packs', {
    permission,
    operationId: 'listEvidencePacks',
    summary: 'Lists the packs of evidence that were made of an incident',
    answer: packList,
    handle: ({ user, params }) => packs.list(user.account, params.id),
  });
  route.post('/incidents/:id/packs', {
    permission,
    operationId: 'makeEvidencePack',
    summary: 'Makes a pack of all evidence of an incident, as a job',
    description:
      'Pictures and videos, facts, verdicts, signatures and lines of the audit log, in one archive that can be checked without the system.',
    body: packRequest,
    accepted: packSchema,
    handle: ({ user, params, body, request }) =>
      packs.request(user, params.id, body, originOf(request)),
  });
  route.post('/incidents/:id/report', {
    permission,
    operationId: 'makeIncidentReport',
    summary: 'Makes the report of an incident as PDF',
    description: 'It carries a verification code; the report before it is superseded.',
    body: reportRequest,
    file: { 200: { description: 'The report.', ...pdf } },
    async handle({ user, params, body, request, reply }) {
      const made = await reports.make(user, params.id, body, originOf(request));
      return reply
        .type('application/pdf')
        .header('content-disposition', `attachment; filename="incident-${params.id}.pdf"`)
        .send(made.bytes);
    },
  });
  route.get('/evidence-packs/:id/archive', {
    permission,
    operationId: 'downloadEvidencePack',
    summary: 'Downloads a pack of evidence; each download is in the audit log',
    description: 'Takes ranges.',
    file: {
      200: { description: 'The pack.', ...archive },
      206: { description: 'A part.', ...archive },
    },
    problems: [409, 416],
    async handle({ user, params, request, reply }) {
      const file = await packs.archive(user, params.id);
      reply.header('content-disposition', `attachment; filename="evidence-${params.id}.zip"`);
      return sendFile(request, reply, {
        ...file,
        mediaType: 'application/zip',
        read: (range) => store.read(user.tenant, file.sha256, range ?? undefined),
      });
    },
  });
  route.get('/evidence-packs/:id/label', {
    permission,
    operationId: 'printEvidencePackLabel',
    summary: 'Draws a label with QR code for the medium that a pack is handed out on',
    query: labelQuery,
    file: { 200: { description: 'The label, 100 x 62 mm.', ...pdf } },
    problems: [409],
    async handle({ user, params, query, reply }) {
      const bytes = await packs.label(user.account, params.id, query.lang);
      return reply.type('application/pdf').send(bytes);
    },
  });
}

/** Where the caller reaches the app. */
const originOf = ({ protocol, host }: FastifyRequest): string => `${protocol}://${host}`;
