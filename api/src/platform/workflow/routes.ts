import type { Units } from '../db/unit-of-work.ts';
import type { Module } from '../http/app-types.ts';
import { routesOf } from '../kit/routes.ts';
import type { WorkflowEditor } from './editor.ts';
import {
  faultList,
  params,
  saveRequest,
  validateRequest,
  versionList,
  versionQuery,
  workflowList,
  workflowVersion,
} from './editor-schema.ts';

/** The workflow editor. */
export function workflowsModule(parts: { editor: WorkflowEditor; units: Units }): Module {
  const { editor, units } = parts;
  return {
    name: 'workflows',
    register(app) {
      const route = routesOf(app, 'workflows');
      route.get('/workflows', {
        permission: 'workflow:read',
        operationId: 'listWorkflows',
        summary: 'Lists the workflows in their newest version',
        answer: workflowList,
        handle: async ({ user }) => ({
          items: await units.run(user, (unit) => editor.list(unit)),
          next: null,
        }),
      });
      route.get('/workflows/:id', {
        permission: 'workflow:read',
        operationId: 'getWorkflow',
        summary: 'Reads a workflow, the newest version or another',
        params,
        query: versionQuery,
        answer: workflowVersion,
        handle: ({ user, params, query }) =>
          units.run(user, (unit) => editor.get(unit, params.id, query.version)),
      });
      route.post('/workflows/:id/validate', {
        permission: 'workflow:read',
        operationId: 'validateWorkflow',
        summary: 'Lists every fault of a definition; saves nothing',
        params,
        body: validateRequest,
        answer: faultList,
        handle: async ({ user, params, body }) => ({
          faults: await units.run(user, (unit) =>
            editor.validate(unit, params.id, body.definition),
          ),
        }),
      });
      route.put('/workflows/:id', {
        permission: 'workflow:manage',
        operationId: 'saveWorkflow',
        summary: 'Saves a change as a new version',
        description:
          'Cases that run keep their version. Where someone else was quicker, the answer is 409 with the newest version in `current`; where it has faults, 422 with all of them in `faults`.',
        params,
        body: saveRequest,
        answer: workflowVersion,
        problems: [409, 422],
        handle: ({ user, params, body }) =>
          units.run(user, async (unit) => {
            await editor.save(unit, params.id, body);
            return editor.get(unit, params.id);
          }),
      });
      route.get('/workflows/:id/versions', {
        permission: 'workflow:read',
        operationId: 'listWorkflowVersions',
        summary: 'Lists the versions of a workflow: who, when, and what changed',
        params,
        answer: versionList,
        handle: async ({ user, params }) => ({
          items: await units.run(user, (unit) => editor.versions(unit, params.id)),
          next: null,
        }),
      });
    },
  };
}
