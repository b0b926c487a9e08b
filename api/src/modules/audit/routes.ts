import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Module } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
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

const linesFile = {
  description: 'The lines, newest first.',
  content: { 'text/csv': { schema: z.any() }, 'application/x-ndjson': { schema: z.any() } },
};

export function auditModule(
  service: AuditService,
  verification: ReturnType<typeof createVerification>,
): Module {
  return {
    name: 'audit',
    register(app) {
      const route = routesOf(app, 'audit');
      route.get('/audit', {
        permission: 'audit:read',
        operationId: 'listAuditLines',
        summary: 'Reads the audit log, newest first',
        description: 'Each reading leaves a line of its own.',
        query: lineQuery,
        answer: linePage,
        handle: ({ user, query }) => service.list(user, query),
      });
      route.get('/audit/export', {
        permission: 'audit:read',
        operationId: 'exportAuditLines',
        summary: 'Exports the audit log as CSV or as JSON lines',
        query: exportQuery,
        file: { 200: linesFile },
        handle: async ({ user, query, reply }) => {
          const { format } = query;
          const lines = await service.export(user, query);
          const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
          return reply
            .header('content-type', type)
            .header('content-disposition', `attachment; filename="audit.${format}"`)
            .header('cache-control', 'no-store')
            .send(Readable.from(lines));
        },
      });
      route.get('/audit/verification', {
        permission: 'audit:read',
        operationId: 'getAuditVerification',
        summary: 'Tells whether the log is whole, as of the last walk over its chain',
        answer: verificationSchema,
        handle: ({ user }) => {
          requireAll(user.account);
          return verification.read();
        },
      });
      route.post('/audit/verification', {
        permission: 'audit:read',
        operationId: 'verifyAudit',
        summary: 'Walks over the whole chain now',
        answer: verificationSchema,
        handle: ({ user }) => {
          requireAll(user.account);
          return verification.again(user);
        },
      });
      route.get('/audit/findings', {
        permission: 'audit:read',
        operationId: 'listAuditFindings',
        summary: 'Lists unusual use that was found in the log, newest first',
        query: findingQuery,
        answer: findingPage,
        handle: ({ user, query }) => service.findings(user.account, query),
      });
      route.get('/audit/findings/:id', {
        permission: 'audit:read',
        operationId: 'getAuditFinding',
        summary: 'Reads a finding with the lines behind it',
        answer: findingDetail,
        handle: ({ user, params }) => service.finding(user, params.id),
      });
      route.post('/audit/findings/:id/handle', {
        permission: 'audit:read',
        operationId: 'handleAuditFinding',
        summary: 'Notes what became of a finding',
        body: handleRequest,
        answer: findingSchema,
        problems: [409],
        handle: ({ user, params, body }) => service.handle(user, params.id, body.note),
      });
      route.get('/audit/rules', {
        permission: 'audit:read',
        operationId: 'listAuditRules',
        summary: 'Lists what counts as unusual',
        answer: ruleList,
        handle: ({ user }) => service.rules(user.account),
      });
      route.put('/audit/rules/:id', {
        permission: 'audit:read',
        operationId: 'putAuditRule',
        summary: 'Changes what counts as unusual',
        params: z.object({ id: z.string().max(64) }),
        body: ruleRequest,
        answer: ruleSchema,
        handle: ({ user, params, body }) => service.changeRule(user, params.id, body),
      });
    },
  };
}
