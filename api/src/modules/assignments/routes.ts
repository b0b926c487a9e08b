import type { App } from '../../platform/http/app-types.ts';
import { historySchema } from '../../platform/kit/history.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { createBoard } from './board.ts';
import type { createCandidates } from './candidates.ts';
import type { Crew } from './crew.ts';
import type { Jobs } from './jobs.ts';
import * as schema from './schema.ts';

export function registerAssignments(
  app: App,
  parts: {
    jobs: Jobs;
    crew: Crew;
    board: ReturnType<typeof createBoard>;
    candidates: ReturnType<typeof createCandidates>;
  },
): void {
  const { jobs, crew, board, candidates } = parts;
  const route = routesOf(app, 'assignments');
  route.get('/assignments/board', {
    permission: 'assignment:read',
    operationId: 'readWorkBoard',
    summary: 'Reads the jobs of a week with their crews',
    query: schema.boardQuery,
    answer: schema.boardSchema,
    handle: ({ user, query }) => board.week(user, query),
  });
  route.get('/assignments/choices', {
    permission: 'assignment:manage',
    operationId: 'listWorkChoices',
    summary: 'Lists where this account plans, categories of special work, and posts',
    answer: schema.choicesSchema,
    handle: ({ user }) => board.choices(user),
  });
  route.post('/assignments/jobs', {
    permission: 'assignment:manage',
    operationId: 'createWorkJob',
    summary: 'Plans a job',
    description: 'The same key and fields again answer the same job.',
    body: schema.jobInput,
    created: schema.jobSchema,
    problems: [409, 422],
    handle: ({ user, body }) => jobs.create(user, body),
  });
  route.get('/assignments/jobs/:id', {
    permission: 'assignment:read',
    operationId: 'getWorkJob',
    summary: 'Reads a job with its crew',
    answer: schema.jobSchema,
    handle: ({ user, params }) => jobs.get(user, params.id),
  });
  route.patch('/assignments/jobs/:id', {
    permission: 'assignment:manage',
    operationId: 'changeWorkJob',
    summary: 'Changes a job',
    description: 'Another time or place is decided for all of the crew again.',
    body: schema.jobPatch,
    answer: schema.jobSchema,
    problems: [422],
    handle: ({ user, params, body }) => jobs.change(user, params.id, body),
  });
  route.post('/assignments/jobs/:id/begin', {
    permission: 'assignment:manage',
    operationId: 'beginWorkJob',
    summary: 'Begins a job; the crew is decided once more',
    body: schema.stepBody,
    answer: schema.jobSchema,
    problems: [422],
    handle: ({ user, params, body }) => jobs.begin(user, params.id, body.version),
  });
  route.post('/assignments/jobs/:id/finish', {
    permission: 'assignment:manage',
    operationId: 'finishWorkJob',
    summary: 'Says that a job is done',
    body: schema.stepBody,
    answer: schema.jobSchema,
    handle: ({ user, params, body }) => jobs.finish(user, params.id, body.version),
  });
  route.post('/assignments/jobs/:id/cancel', {
    permission: 'assignment:manage',
    operationId: 'cancelWorkJob',
    summary: 'Cancels a job with a reason; its crew is free then',
    body: schema.reasonBody,
    answer: schema.jobSchema,
    handle: ({ user, params, body }) => jobs.cancel(user, params.id, body.version, body.reason),
  });
  route.get('/assignments/jobs/:id/candidates', {
    permission: 'assignment:manage',
    operationId: 'listWorkCandidates',
    summary: 'Ranks the people whom this account may assign, with reasons in public words',
    query: schema.candidateQuery,
    answer: schema.candidateList,
    handle: ({ user, params, query }) => candidates.list(user, params.id, query),
  });
  route.post('/assignments/jobs/:id/people', {
    permission: 'assignment:manage',
    operationId: 'assignPerson',
    summary: 'Assigns a person whom the matcher lets do all of the job',
    description: 'A refusal is an event; nothing of the job changes by it.',
    body: schema.assignBody,
    answer: schema.jobSchema,
    problems: [422],
    handle: ({ user, params, body }) => crew.assign(user, params.id, body),
  });
  route.post('/assignments/jobs/:id/people/:assignment/end', {
    permission: 'assignment:manage',
    operationId: 'removeAssignedPerson',
    summary: 'Takes a person off a job, with a reason',
    body: schema.reasonBody,
    answer: schema.jobSchema,
    handle: ({ user, params, body }) => crew.remove(user, params.id, params.assignment, body),
  });
  route.get('/assignments/jobs/:id/history', {
    permission: 'assignment:read',
    operationId: 'getWorkJobHistory',
    summary: 'What happened with a job, newest first',
    answer: historySchema,
    handle: ({ user, params }) => jobs.history(user, params.id),
  });
  route.get('/me/assignments', {
    permission: 'self',
    operationId: 'listOwnWork',
    summary: 'The jobs to which this person is assigned, now and later',
    answer: schema.ownList,
    handle: ({ user }) => board.own(user),
  });
}
