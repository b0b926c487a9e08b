import { accountOf } from '../access/request-account.ts';
import type { Module } from '../http/app-types.ts';
import { problems } from '../http/problems.ts';
import type { Tasks } from './tasks.ts';
import { taskPage, taskQuery } from './tasks-schema.ts';

/** What waits for the account, and for its department. */
export function tasksModule(tasks: Tasks): Module {
  return {
    name: 'tasks',
    register(app) {
      app.get(
        '/api/v1/tasks',
        {
          config: { permission: 'self' },
          schema: {
            tags: ['tasks'],
            operationId: 'listTasks',
            summary: 'Lists the open tasks of the account, or of its departments',
            description:
              'Cases of all workflows, those that are due first before the others. What is listed for a department is limited to cases with a step that the account could take there.',
            querystring: taskQuery,
            response: { 200: taskPage, ...problems(400, 401, 403, 503) },
          },
        },
        (request) => tasks.list(accountOf(request), request.query),
      );
    },
  };
}
