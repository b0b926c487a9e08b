import { ulid } from '@anshi/contracts';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import type { Permission } from '../access/permissions.ts';
import type { App } from '../http/app-types.ts';
import { problems } from '../http/problems.ts';
import type { RecordService } from './record.ts';
import { assignablePeople, workflowHistory } from './record-schema.ts';

const params = z.strictObject({ id: ulid });

/**
 * Registers what every record with a workflow case offers: `GET <path>/history`,
 * `GET <path>/assignable` and `POST <path>/actions`.
 *
 * @param of.path with `:id`, such as `/api/v1/hazards/:id`.
 * @param of.permission to see such a record. Each step has a permission of its own, which its
 * workflow names.
 * @param of.noun what the record is called in the API reference, such as `a hazard`.
 * @param of.action the body of a step, `actionBody` or an extension of it.
 * @param of.answer the record as a step answers it.
 */
export function registerRecordRoutes<Action extends z.ZodType, Answer extends z.ZodType>(
  app: App,
  service: RecordService<z.output<Action>, z.input<Answer>>,
  of: {
    path: string;
    permission: Permission;
    tags: string[];
    noun: string;
    operations: { history: string; assignable: string; act: string };
    action: Action;
    answer: Answer;
    /** What the reference says of the steps besides. */
    description?: string;
  },
): void {
  const { path, tags, noun, operations } = of;
  const config = { permission: of.permission };
  app.get(
    `${path}/history`,
    {
      config,
      schema: {
        tags,
        operationId: operations.history,
        summary: `Lists the steps of ${noun}, oldest first`,
        params,
        response: { 200: workflowHistory, ...problems(400, 401, 403, 404, 503) },
      },
    },
    (request) => service.history(callerOf(request), request.params.id),
  );
  app.get(
    `${path}/assignable`,
    {
      config,
      schema: {
        tags,
        operationId: operations.assignable,
        summary: `Lists the people whom the next step of ${noun} can name`,
        description: 'Empty for an account that has no step with a field for a person.',
        params,
        response: { 200: assignablePeople, ...problems(400, 401, 403, 404, 503) },
      },
    },
    (request) => service.assignable(callerOf(request), request.params.id),
  );
  const conflict =
    'One of the `transitions` of the record. Where someone else was quicker, the answer is 409 with the record as it is now in `current`.';
  app.post(
    `${path}/actions`,
    {
      config,
      schema: {
        tags,
        operationId: operations.act,
        summary: `Takes ${noun} one step on`,
        description: of.description ? `${conflict} ${of.description}` : conflict,
        params,
        body: of.action,
        response: { 200: of.answer, ...problems(400, 401, 403, 404, 409, 422, 503) },
      },
    },
    (request) =>
      service.act(callerOf(request), request.params.id, request.body as z.output<Action>) as never,
  );
}
