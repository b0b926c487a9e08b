import { Readable } from 'node:stream';
import { ulid } from '@anshi/contracts';
import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import { accountOf } from '../../platform/access/request-account.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import {
  exportQuery,
  findingDetail,
  findingPage,
  findingQuery,
  findingSchema,
  handleRequest,
  linePage,
  lineQuery,
  ruleList,
  ruleRequest,
  ruleSchema,
  verificationSchema,
} from './schema.ts';
import { type AuditService, requireAll } from './service.ts';
import type { createVerification } from './verification.ts';

const config = { permission: 'audit:read' } as const;
const tags = ['audit'];
const params = z.object({ id: ulid });
const file = { description: 'The lines, newest first.' };

export function auditModule(
  service: AuditService,
  verification: ReturnType<typeof createVerification>,
): Module {
  return {
    name: 'audit',
    register(app) {
      app.get(
        '/api/v1/audit',
        {
          config,
          schema: {
            tags,
            operationId: 'listAuditLines',
            summary: 'Reads the audit log, newest first',
            description: 'Each reading leaves a line of its own.',
            querystring: lineQuery,
            response: { 200: linePage, ...problems(400, 401, 403, 503) },
          },
        },
        (request) => service.list(callerOf(request), request.query),
      );
      app.get(
        '/api/v1/audit/export',
        {
          config,
          schema: {
            tags,
            operationId: 'exportAuditLines',
            summary: 'Exports the audit log as CSV or as JSON lines',
            querystring: exportQuery,
            response: {
              200: {
                ...file,
                content: {
                  'text/csv': { schema: z.any() },
                  'application/x-ndjson': { schema: z.any() },
                },
              },
              ...problems(400, 401, 403, 503),
            },
          },
        },
        async (request, reply) => {
          const { format } = request.query;
          const lines = await service.export(callerOf(request), request.query);
          const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
          return reply
            .header('content-type', type)
            .header('content-disposition', `attachment; filename="audit.${format}"`)
            .header('cache-control', 'no-store')
            .send(Readable.from(lines));
        },
      );
      app.get(
        '/api/v1/audit/verification',
        {
          config,
          schema: {
            tags,
            operationId: 'getAuditVerification',
            summary: 'Tells whether the log is whole, as of the last walk over its chain',
            response: { 200: verificationSchema, ...problems(401, 403, 503) },
          },
        },
        (request) => {
          requireAll(accountOf(request));
          return verification.read();
        },
      );
      app.post(
        '/api/v1/audit/verification',
        {
          config,
          schema: {
            tags,
            operationId: 'verifyAudit',
            summary: 'Walks over the whole chain now',
            response: { 200: verificationSchema, ...problems(401, 403, 503) },
          },
        },
        (request) => {
          requireAll(accountOf(request));
          return verification.again(callerOf(request));
        },
      );
      app.get(
        '/api/v1/audit/findings',
        {
          config,
          schema: {
            tags,
            operationId: 'listAuditFindings',
            summary: 'Lists unusual use that was found in the log, newest first',
            querystring: findingQuery,
            response: { 200: findingPage, ...problems(400, 401, 403, 503) },
          },
        },
        (request) => service.findings(accountOf(request), request.query),
      );
      app.get(
        '/api/v1/audit/findings/:id',
        {
          config,
          schema: {
            tags,
            operationId: 'getAuditFinding',
            summary: 'Reads a finding with the lines behind it',
            params,
            response: { 200: findingDetail, ...problems(401, 403, 404, 503) },
          },
        },
        (request) => service.finding(callerOf(request), request.params.id),
      );
      app.post(
        '/api/v1/audit/findings/:id/handle',
        {
          config,
          schema: {
            tags,
            operationId: 'handleAuditFinding',
            summary: 'Notes what became of a finding',
            params,
            body: handleRequest,
            response: { 200: findingSchema, ...problems(400, 401, 403, 404, 409, 503) },
          },
        },
        (request) => service.handle(callerOf(request), request.params.id, request.body.note),
      );
      app.get(
        '/api/v1/audit/rules',
        {
          config,
          schema: {
            tags,
            operationId: 'listAuditRules',
            summary: 'Lists what counts as unusual',
            response: { 200: ruleList, ...problems(401, 403, 503) },
          },
        },
        (request) => service.rules(accountOf(request)),
      );
      app.put(
        '/api/v1/audit/rules/:id',
        {
          config,
          schema: {
            tags,
            operationId: 'putAuditRule',
            summary: 'Changes what counts as unusual',
            params: z.object({ id: z.string().max(64) }),
            body: ruleRequest,
            response: { 200: ruleSchema, ...problems(400, 401, 403, 404, 503) },
          },
        },
        (request) => service.changeRule(callerOf(request), request.params.id, request.body),
      );
    },
  };
}
