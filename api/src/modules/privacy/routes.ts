import type { Module } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { createAssessments } from './assessments.ts';
import type { createCatalogue } from './catalogue.ts';
import type { createCompliance } from './compliance.ts';
import type { Purge } from './purge.ts';
import type { createRegister } from './register.ts';
import * as schema from './schema.ts';
import type { createStatistics } from './statistics.ts';

/** The data register, purges, assessments, statistics and the compliance page. */
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
      const route = routesOf(app, 'privacy');
      route.get('/privacy/register', {
        permission: 'self',
        operationId: 'listDataPolicies',
        summary: 'Lists what data are kept, what for, who answers for them, and how long',
        answer: schema.policyList,
        handle: ({ user }) => parts.register.list(user),
      });
      route.put('/privacy/register/:id', {
        permission: 'privacy:manage',
        operationId: 'putDataPolicy',
        summary: 'Adds an entry, or a new version of one',
        params: schema.idParams,
        body: schema.policyInput,
        answer: schema.policySchema,
        problems: [409],
        handle: ({ user, params, body }) => parts.register.put(user, params.id, body),
      });
      route.get('/privacy/purges', {
        permission: 'privacy:manage',
        operationId: 'listPurges',
        summary: 'Lists the proofs of what was removed, newest first',
        query: schema.proofQuery,
        answer: schema.proofList,
        handle: ({ user, query }) => parts.purge.proofs(user, query),
      });
      route.post('/privacy/purges', {
        permission: 'privacy:manage',
        operationId: 'runPurge',
        summary: 'Removes now what is over its term',
        description: 'It runs each night by itself.',
        answer: schema.purgeRun,
        handle: ({ user }) => parts.purge.run(user.tenant, new Date(), user),
      });
      route.get('/privacy/settings', {
        permission: 'self',
        operationId: 'getPrivacySettings',
        summary: 'Reads the least size of a group and the days for an answer',
        answer: schema.privacySettings,
        handle: ({ user }) => parts.statistics.settings(user),
      });
      route.put('/privacy/settings', {
        permission: 'privacy:manage',
        operationId: 'putPrivacySettings',
        summary: 'Sets the least size of a group and the days for an answer',
        body: schema.privacySettings,
        answer: schema.privacySettings,
        handle: ({ user, body }) => parts.statistics.putSettings(user, body),
      });
      route.get('/privacy/assessments', {
        permission: 'privacy:manage',
        operationId: 'listImpactAssessments',
        summary: 'Lists the impact assessments',
        answer: schema.assessmentList,
        handle: ({ user }) => parts.assessments.list(user),
      });
      route.put('/privacy/assessments/:id', {
        permission: 'privacy:manage',
        operationId: 'putImpactAssessment',
        summary: 'Adds an impact assessment, or a new version of one',
        params: schema.idParams,
        body: schema.assessmentInput,
        answer: schema.assessmentSchema,
        problems: [409],
        handle: ({ user, params, body }) => parts.assessments.put(user, params.id, body),
      });
      route.get('/privacy/compliance', {
        permission: 'privacy:manage',
        operationId: 'getCompliance',
        summary: 'What the laws ask, how the system does it, and whether it is so now',
        answer: schema.complianceSchema,
        handle: ({ user }) => parts.compliance.check(user),
      });
      route.post('/privacy/compliance/:id/confirmations', {
        permission: 'privacy:manage',
        operationId: 'confirmCompliance',
        summary: 'Records that one saw to what the program cannot check of a duty',
        description: 'It holds for a year and is in the audit log.',
        params: schema.confirmationParams,
        body: schema.confirmationBody,
        answer: schema.complianceSchema,
        handle: ({ user, params, body }) => parts.compliance.confirm(user, params.id, body.note),
      });
      routesOf(app, 'statistics').get('/statistics/people', {
        permission: 'statistics:read',
        operationId: 'countPeople',
        summary: 'Counts people by a property',
        description: 'Groups that are too small are null, and so is what they would follow from.',
        query: schema.statisticsQuery,
        answer: schema.statisticsSchema,
        handle: ({ user, query }) => parts.statistics.people(user, query),
      });
      const data = routesOf(app, 'data');
      data.get('/data-catalogue', {
        permission: 'registry:read',
        operationId: 'getDataCatalogue',
        summary: 'Lists the entities that all modules share, and where their records come from',
        answer: schema.catalogueSchema,
        handle: ({ user }) => parts.catalogue.list(user),
      });
      data.get('/data-catalogue/:entity/:id/lineage', {
        permission: 'audit:read',
        operationId: 'getRecordLineage',
        summary: 'Where one record came from, each change, and what others were told of it',
        params: schema.lineageParams,
        answer: schema.lineageSchema,
        handle: ({ user, params }) => parts.catalogue.lineage(user, params.entity, params.id),
      });
    },
  };
}
