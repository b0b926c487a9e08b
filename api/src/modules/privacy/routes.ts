import { callerOf } from '../../platform/access/caller.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import type { createAssessments } from './assessments.ts';
import type { createCatalogue } from './catalogue.ts';
import type { createCompliance } from './compliance.ts';
import type { Purge } from './purge.ts';
import type { createRegister } from './register.ts';
import * as schema from './schema.ts';
import type { createStatistics } from './statistics.ts';

const tags = ['privacy'];
const self = { permission: 'self' } as const;
const manage = { permission: 'privacy:manage' } as const;
const read = problems(401, 403, 503);
const written = problems(400, 401, 403, 404, 409, 503);

/** The register of data, the purge, assessments, statistics and the page on the laws. */
export function privacyModule(parts: {
  register: ReturnType<typeof createRegister>;
  purge: Purge;
  assessments: ReturnType<typeof createAssessments>;
  statistics: ReturnType<typeof createStatistics>;
  compliance: ReturnType<typeof createCompliance>;
  catalogue: ReturnType<typeof createCatalogue>;
}): Module {
  return {
    name: 'privacy',
    register(app) {
      app.get(
        '/api/v1/privacy/register',
        {
          // Whose data are kept may know what is kept of them, and how long (PIPL articles 7 and 17).
          config: self,
          schema: {
            tags,
            operationId: 'listDataPolicies',
            summary: 'Lists what data are kept, what for, who answers for them, and how long',
            response: { 200: schema.policyList, ...problems(401, 503) },
          },
        },
        (request) => parts.register.list(callerOf(request)),
      );
      app.put(
        '/api/v1/privacy/register/:id',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'putDataPolicy',
            summary: 'Adds an entry, or a new version of one',
            params: schema.idParams,
            body: schema.policyInput,
            response: { 200: schema.policySchema, ...written },
          },
        },
        (request) => parts.register.put(callerOf(request), request.params.id, request.body),
      );
      app.get(
        '/api/v1/privacy/purges',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'listPurges',
            summary: 'Lists the proofs of what was removed, newest first',
            querystring: schema.proofQuery,
            response: { 200: schema.proofList, ...problems(400, 401, 403, 503) },
          },
        },
        (request) => parts.purge.proofs(callerOf(request), request.query),
      );
      app.post(
        '/api/v1/privacy/purges',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'runPurge',
            summary: 'Removes now what is over its term',
            description: 'It runs each night by itself.',
            response: { 200: schema.purgeRun, ...read },
          },
        },
        (request) => {
          const caller = callerOf(request);
          return parts.purge.run(caller.tenant, new Date(), caller);
        },
      );
      app.get(
        '/api/v1/privacy/settings',
        {
          config: self,
          schema: {
            tags,
            operationId: 'getPrivacySettings',
            summary: 'Reads the least size of a group and the days for an answer',
            response: { 200: schema.privacySettings, ...problems(401, 503) },
          },
        },
        (request) => parts.statistics.settings(callerOf(request)),
      );
      app.put(
        '/api/v1/privacy/settings',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'putPrivacySettings',
            summary: 'Sets the least size of a group and the days for an answer',
            body: schema.privacySettings,
            response: { 200: schema.privacySettings, ...problems(400, 401, 403, 503) },
          },
        },
        (request) => parts.statistics.putSettings(callerOf(request), request.body),
      );
      app.get(
        '/api/v1/privacy/assessments',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'listImpactAssessments',
            summary: 'Lists the impact assessments',
            response: { 200: schema.assessmentList, ...read },
          },
        },
        (request) => parts.assessments.list(callerOf(request)),
      );
      app.put(
        '/api/v1/privacy/assessments/:id',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'putImpactAssessment',
            summary: 'Adds an impact assessment, or a new version of one',
            params: schema.idParams,
            body: schema.assessmentInput,
            response: { 200: schema.assessmentSchema, ...written },
          },
        },
        (request) => parts.assessments.put(callerOf(request), request.params.id, request.body),
      );
      app.get(
        '/api/v1/privacy/compliance',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'getCompliance',
            summary: 'What the laws ask, how the system does it, and whether it is so now',
            response: { 200: schema.complianceSchema, ...read },
          },
        },
        (request) => parts.compliance.check(callerOf(request)),
      );
      app.post(
        '/api/v1/privacy/compliance/:id/confirmations',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'confirmCompliance',
            summary: 'Records that one saw to what the program cannot check of a duty',
            description: 'It holds for a year and is in the audit log.',
            params: schema.confirmationParams,
            body: schema.confirmationBody,
            response: { 200: schema.complianceSchema, ...problems(400, 401, 403, 404, 503) },
          },
        },
        (request) =>
          parts.compliance.confirm(callerOf(request), request.params.id, request.body.note),
      );
      app.get(
        '/api/v1/statistics/people',
        {
          config: { permission: 'statistics:read' },
          schema: {
            tags: ['statistics'],
            operationId: 'countPeople',
            summary: 'Counts people by a property',
            description:
              'Groups that are too small are null, and so is what they would follow from.',
            querystring: schema.statisticsQuery,
            response: { 200: schema.statisticsSchema, ...problems(400, 401, 403, 503) },
          },
        },
        (request) => parts.statistics.people(callerOf(request), request.query),
      );
      app.get(
        '/api/v1/data-catalogue',
        {
          config: { permission: 'registry:read' },
          schema: {
            tags: ['data'],
            operationId: 'getDataCatalogue',
            summary: 'Lists the entities that all modules share, and where their records come from',
            response: { 200: schema.catalogueSchema, ...read },
          },
        },
        (request) => parts.catalogue.list(callerOf(request)),
      );
      app.get(
        '/api/v1/data-catalogue/:entity/:id/lineage',
        {
          config: { permission: 'audit:read' },
          schema: {
            tags: ['data'],
            operationId: 'getRecordLineage',
            summary: 'Where one record came from, each change, and what others were told of it',
            params: schema.lineageParams,
            response: { 200: schema.lineageSchema, ...problems(400, 401, 403, 404, 503) },
          },
        },
        (request) =>
          parts.catalogue.lineage(callerOf(request), request.params.entity, request.params.id),
      );
    },
  };
}
