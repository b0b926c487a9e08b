import type { z } from 'zod';
import type { Permission } from '../access/permissions.ts';
import type { App } from '../http/app-types.ts';
import { routesOf } from '../kit/routes.ts';
import type { RecordService } from './record.ts';
import { assignablePeople, workflowHistory } from './record-schema.ts';

/**
 * Registers the common routes of records with a workflow case: `GET <path>/history`,
 * `GET <path>/assignable` and `POST <path>/actions`.
 *
 * @param of.path with `:id`, below `/api/v1`, such as `/hazards/:id`.
 * @param of.permission to see such a record. Each step has its own permission, defined in the
 *   workflow.
 * @param of.noun the record's name in the API reference, such as `a hazard`.
 * @param of.action the body of a step, `actionBody` or an extension of it.
 * @param of.answer the record as returned by a step.
 */
export function registerRecordRoutes<Action extends z.ZodType, Answer extends z.ZodType>(
  app: App,
  service: RecordService<z.output<Action>, z.input<Answer>>,
  of: {
    path: `/${string}/:id`;
    permission: Permission;
    tag: string;
    noun: string;
    operations: { history: string; assignable: string; act: string };
    action: Action;
    answer: Answer;
    /** Additional description of the steps. */
    description?: string;
  },
): void {
  const { path, permission, noun, operations } = of;
  const route = routesOf(app, of.tag);
  route.get(`${path}/history`, {
    permission,
    operationId: operations.history,
    summary: `Lists the steps of ${noun}, oldest first`,
    answer: workflowHistory,
    handle: ({ user, params }) => service.history(user, params.id),
  });
  route.get(`${path}/assignable`, {
    permission,
    operationId: operations.assignable,
    summary: `Lists the people whom the next step of ${noun} can name`,
    description: 'Empty for an account that has no step with a field for a person.',
    answer: assignablePeople,
    handle: ({ user, params }) => service.assignable(user, params.id),
  });
  const conflict =
    'One of the `transitions` of the record. Where someone else was quicker, the answer is 409 with the record as it is now in `current`.';
  route.post(`${path}/actions`, {
    permission,
    operationId: operations.act,
    summary: `Takes ${noun} one step on`,
    description: of.description ? `${conflict} ${of.description}` : conflict,
    body: of.action,
    answer: of.answer,
    problems: [409, 422],
    handle: ({ user, params, body }) => service.act(user, params.id, body) as never,
  });
}
