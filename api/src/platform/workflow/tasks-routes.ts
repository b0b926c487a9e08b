import type { Module } from '../http/app-types.ts';
import { routesOf } from '../kit/routes.ts';
import type { Tasks } from './tasks.ts';
import { taskPage, taskQuery } from './tasks-schema.ts';

/** The open tasks of the account and its departments. */
export function tasksModule(tasks: Tasks): Module {
  return {
    name: 'tasks',
    register(app) {
      const route = routesOf(app, 'tasks');
      route.get('/tasks', {
        permission: 'self',
        operationId: 'listTasks',
        summary: 'Lists the open tasks of the account, or of its departments',
        description:
          'Cases of all workflows, those that are due first before the others. What is listed for a department is limited to cases with a step that the account could take there.',
        query: taskQuery,
        answer: taskPage,
        handle: ({ user, query }) => tasks.list(user.account, query),
      });
    },
  };
}
