import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import * as schema from './schema.ts';
import type { Trainings } from './service.ts';

/** Courses that people passed or failed, and retraining that is due. */
export function registerTraining(app: App, trainings: Trainings): void {
  const route = routesOf(app, 'training');
  route.get('/persons/:id/trainings', {
    permission: 'qualification:read',
    operationId: 'listPersonTrainings',
    summary: 'Lists the training of a person, the newest first',
    answer: schema.trainingList,
    handle: ({ user, params }) => trainings.ofPerson(user, params.id),
  });
  route.post('/persons/:id/trainings', {
    permission: 'qualification:manage',
    operationId: 'addTraining',
    summary: 'Enters a course that a person passed or failed',
    body: schema.trainingInput,
    created: schema.trainingSchema,
    problems: [409, 422],
    handle: ({ user, params, body }) => trainings.add(user, params.id, body),
  });
  route.patch('/trainings/:id', {
    permission: 'qualification:manage',
    operationId: 'changeTraining',
    summary: 'Corrects a course that a person passed or failed',
    body: schema.trainingPatch,
    answer: schema.trainingSchema,
    problems: [422],
    handle: ({ user, params, body }) => trainings.change(user, params.id, body),
  });
  route.post('/trainings/:id/withdraw', {
    permission: 'qualification:manage',
    operationId: 'withdrawTraining',
    summary: 'Withdraws a record of training',
    body: schema.withdrawal,
    answer: schema.trainingSchema,
    handle: ({ user, params, body }) => trainings.withdraw(user, params.id, body),
  });
  route.post('/safety-entries/:id/retraining', {
    permission: 'violation:review',
    operationId: 'addRetraining',
    summary: 'Has the person of a confirmed violation pass a course by a day',
    body: schema.retrainingInput,
    created: schema.trainingSchema,
    problems: [409, 422],
    handle: ({ user, params, body }) => trainings.retrain(user, params.id, body),
  });
  route.get('/me/trainings', {
    permission: 'self',
    operationId: 'listOwnTrainings',
    summary: 'Lists your training',
    answer: schema.trainingList,
    handle: ({ user }) => trainings.own(user),
  });
}
