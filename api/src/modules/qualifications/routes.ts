import type { App } from '../../platform/http/app-types.ts';
import { historySchema } from '../../platform/kit/history.ts';
import { exportAnswer, sendMade } from '../../platform/kit/list-export.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { createChecks } from './check.ts';
import type { createList } from './list.ts';
import type { createMatrix } from './matrix.ts';
import type { Qualifications } from './qualifications.ts';
import * as schema from './schema.ts';
import type { Steps } from './steps.ts';

export interface QualificationServices {
  qualifications: Qualifications;
  steps: Steps;
  checks: ReturnType<typeof createChecks>;
  list: ReturnType<typeof createList>;
  matrix: ReturnType<typeof createMatrix>;
}

export function registerQualifications(app: App, services: QualificationServices): void {
  registerRegister(app, services);
  registerSteps(app, services);
  registerOwn(app, services);
}

function registerRegister(app: App, { qualifications, list, matrix }: QualificationServices): void {
  const route = routesOf(app, 'qualifications');
  route.get('/qualifications', {
    permission: 'qualification:read',
    operationId: 'listQualifications',
    summary: 'Lists qualifications of people who work here, those that end first come first',
    query: schema.listQuery,
    answer: schema.qualificationPage,
    handle: ({ user, query }) => list.list(user, query),
  });
  route.get('/qualifications/export', {
    permission: 'qualification:read',
    operationId: 'exportQualifications',
    summary: 'The list of qualifications as a spreadsheet',
    query: schema.exportListQuery,
    file: exportAnswer,
    handle: async ({ user, query, reply }) => sendMade(reply, await list.export(user, query)),
  });
  route.get('/qualifications/matrix', {
    permission: 'qualification:read',
    operationId: 'getQualificationMatrix',
    summary: 'What posts ask for against what their people have',
    description: 'Counts the people within reach.',
    query: schema.matrixQuery,
    answer: schema.matrixSchema,
    handle: ({ user, query }) => matrix.matrix(user, query),
  });
  route.get('/posts/:id/qualifications', {
    permission: 'qualification:read',
    operationId: 'getPostQualifications',
    summary: 'Who of a post meets what it asks for, and why not',
    answer: schema.postGaps,
    handle: ({ user, params }) => matrix.ofPost(user, params.id),
  });
  route.get('/persons/:id/qualifications', {
    permission: 'qualification:read',
    operationId: 'listPersonQualifications',
    summary: 'Lists the qualifications of a person',
    answer: schema.qualificationList,
    handle: ({ user, params }) => qualifications.ofPerson(user, params.id),
  });
  route.post('/persons/:id/qualifications', {
    permission: 'qualification:manage',
    operationId: 'addQualification',
    summary: 'Enters a qualification of a person with its scans',
    description:
      'It counts at once, except one of the account itself. Days that are left out follow from the law where its number is known. Results of medical checks need fitness:manage.',
    body: schema.qualificationInput,
    created: schema.qualificationSchema,
    problems: [409, 422],
    handle: ({ user, params, body }) => qualifications.add(user, params.id, body),
  });
  route.get('/qualifications/:id', {
    permission: 'qualification:read',
    operationId: 'getQualification',
    summary: 'Reads a qualification and its state at this moment',
    answer: schema.qualificationSchema,
    handle: ({ user, params }) => qualifications.get(user, params.id),
  });
  route.get('/qualifications/:id/history', {
    permission: 'qualification:read',
    operationId: 'getQualificationHistory',
    summary: 'Lists the changes of a qualification, newest first',
    answer: historySchema,
    handle: ({ user, params }) => qualifications.history(user, params.id),
  });
}

function registerSteps(app: App, { qualifications, checks, steps }: QualificationServices): void {
  const route = routesOf(app, 'qualifications');
  route.patch('/qualifications/:id', {
    permission: 'qualification:manage',
    operationId: 'changeQualification',
    summary: 'Corrects a qualification; a renewal is entered as a new one',
    body: schema.qualificationPatch,
    answer: schema.qualificationSchema,
    problems: [422],
    handle: ({ user, params, body }) => qualifications.change(user, params.id, body),
  });
  route.post('/qualifications/:id/check', {
    permission: 'qualification:check',
    operationId: 'checkQualification',
    summary: 'Accepts or refuses what a person sent of their own',
    description: 'Never by the person or the account that sent it.',
    body: schema.checkBody,
    answer: schema.qualificationSchema,
    problems: [409],
    handle: ({ user, params, body }) => checks.decide(user, params.id, body),
  });
  route.post('/qualifications/:id/suspend', {
    permission: 'qualification:manage',
    operationId: 'suspendQualification',
    summary: 'Suspends a qualification from now on',
    body: schema.stepBody,
    answer: schema.qualificationSchema,
    handle: ({ user, params, body }) => steps.suspend(user, params.id, body),
  });
  route.post('/qualifications/:id/resume', {
    permission: 'qualification:manage',
    operationId: 'resumeQualification',
    summary: 'Ends the suspension of a qualification',
    body: schema.stepBody,
    answer: schema.qualificationSchema,
    handle: ({ user, params, body }) => steps.resume(user, params.id, body),
  });
  route.post('/qualifications/:id/revoke', {
    permission: 'qualification:manage',
    operationId: 'revokeQualification',
    summary: 'Revokes a qualification for good',
    body: schema.stepBody,
    answer: schema.qualificationSchema,
    handle: ({ user, params, body }) => steps.revoke(user, params.id, body),
  });
  route.post('/qualifications/:id/number', {
    permission: 'person:reveal',
    operationId: 'revealQualificationNumber',
    summary: 'Shows a number that holds an identity number',
    description: 'The reason and who asked are kept in the audit log.',
    body: schema.revealBody,
    answer: schema.revealed,
    handle: ({ user, params, body, reply }) => {
      reply.header('cache-control', 'no-store');
      return qualifications.reveal(user, params.id, 'number', body.reason);
    },
  });
  route.post('/qualifications/:id/detail', {
    permission: 'fitness:reveal',
    operationId: 'revealFitnessDetail',
    summary: 'Shows the details of a medical check',
    description: 'The reason and who asked are kept in the audit log.',
    body: schema.revealBody,
    answer: schema.revealed,
    handle: ({ user, params, body, reply }) => {
      reply.header('cache-control', 'no-store');
      return qualifications.reveal(user, params.id, 'detail', body.reason);
    },
  });
}

function registerOwn(app: App, { qualifications }: QualificationServices): void {
  const route = routesOf(app, 'qualifications');
  route.get('/me/qualifications', {
    permission: 'self',
    operationId: 'listOwnQualifications',
    summary: 'Lists one’s own qualifications',
    answer: schema.qualificationList,
    handle: ({ user }) => qualifications.own(user),
  });
  route.post('/me/qualifications', {
    permission: 'self',
    operationId: 'sendOwnQualification',
    summary: 'Sends a qualification of one’s own with its scan',
    description: 'It counts once another person has accepted it.',
    body: schema.ownInput,
    created: schema.qualificationSchema,
    problems: [409, 422],
    handle: ({ user, body }) => qualifications.addOwn(user, body),
  });
  route.delete('/me/qualifications/:id', {
    permission: 'self',
    operationId: 'withdrawOwnQualification',
    summary: 'Takes back what one sent, while it waits',
    problems: [409],
    handle: ({ user, params }) => qualifications.withdrawOwn(user, params.id),
  });
}
