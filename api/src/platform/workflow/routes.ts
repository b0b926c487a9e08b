import { callerOf } from '../access/caller.ts';
import type { Units } from '../db/unit-of-work.ts';
import type { Module } from '../http/app-types.ts';
import { problems } from '../http/problems.ts';
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

const tags = ['workflows'];

/** The editor of workflows. */
export function workflowsModule(parts: { editor: WorkflowEditor; units: Units }): Module {
  const { editor, units } = parts;
  return {
    name: 'workflows',
    register(app) {
      app.get(
        '/api/v1/workflows',
        {
          config: { permission: 'workflow:read' },
          schema: {
            tags,
            operationId: 'listWorkflows',
            summary: 'Lists the workflows in their newest version',
            response: { 200: workflowList, ...problems(401, 403, 503) },
          },
        },
        async (request) => ({
          items: await units.run(callerOf(request), (unit) => editor.list(unit)),
          next: null,
        }),
      );
      app.get(
        '/api/v1/workflows/:id',
        {
          config: { permission: 'workflow:read' },
          schema: {
            tags,
            operationId: 'getWorkflow',
            summary: 'Reads a workflow, the newest version or another',
            params,
            querystring: versionQuery,
            response: { 200: workflowVersion, ...problems(400, 401, 403, 404, 503) },
          },
        },
        (request) =>
          units.run(callerOf(request), (unit) =>
            editor.get(unit, request.params.id, request.query.version),
          ),
      );
      app.post(
        '/api/v1/workflows/:id/validate',
        {
          config: { permission: 'workflow:read' },
          schema: {
            tags,
            operationId: 'validateWorkflow',
            summary: 'Lists every fault of a definition; saves nothing',
            params,
            body: validateRequest,
            response: { 200: faultList, ...problems(400, 401, 403, 404, 503) },
          },
        },
        async (request) => ({
          faults: await units.run(callerOf(request), (unit) =>
            editor.validate(unit, request.params.id, request.body.definition),
          ),
        }),
      );
      app.put(
        '/api/v1/workflows/:id',
        {
          config: { permission: 'workflow:manage' },
          schema: {
            tags,
            operationId: 'saveWorkflow',
            summary: 'Saves a change as a new version',
            description:
              'Cases that run keep their version. Where someone else was quicker, the answer is 409 with the newest version in `current`; where it has faults, 422 with all of them in `faults`.',
            params,
            body: saveRequest,
            response: { 200: workflowVersion, ...problems(400, 401, 403, 404, 409, 422, 503) },
          },
        },
        (request) =>
          units.run(callerOf(request), async (unit) => {
            await editor.save(unit, request.params.id, request.body);
            return editor.get(unit, request.params.id);
          }),
      );
      app.get(
        '/api/v1/workflows/:id/versions',
        {
          config: { permission: 'workflow:read' },
          schema: {
            tags,
            operationId: 'listWorkflowVersions',
            summary: 'Lists the versions of a workflow: who, when, and what changed',
            params,
            response: { 200: versionList, ...problems(401, 403, 404, 503) },
          },
        },
        async (request) => ({
          items: await units.run(callerOf(request), (unit) =>
            editor.versions(unit, request.params.id),
          ),
          next: null,
        }),
      );
    },
  };
}
