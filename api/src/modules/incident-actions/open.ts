import { commandSchema } from '../../platform/commands/schema.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { Open } from '../../platform/module.ts';
import { actionList, actionRequest } from './schema.ts';
import { createIncidentActions } from './service.ts';

/** Alarm, derate request and stop request from the page of an incident. */
export const open: Open = ({ units, commands, services }) => {
  const actions = createIncidentActions({
    units,
    commands,
    incidents: services.get('incidents').service,
    states: services.get('siteDevices'),
  });
  return {
    register(app) {
      const route = routesOf(app, 'incidents');
      route.get('/incidents/:id/actions', {
        permission: 'command:read',
        operationId: 'listIncidentActions',
        summary: 'Lists what can be done on site because of an incident, and what was done',
        answer: actionList,
        handle: ({ user, params }) => actions.list(user, params.id),
      });
      route.post('/incidents/:id/actions', {
        permission: 'command:request',
        operationId: 'actOnIncident',
        summary:
          'Gives an alarm, or asks a machine to run slower or to stop, because of an incident',
        description:
          'No safety function: emergency stops are wired apart from it. 201 for a new command, 200 for one that was given with this key before, or that asks the same machine for the same and runs or was answered less than a minute ago.',
        body: actionRequest,
        answer: commandSchema,
        created: commandSchema,
        problems: [409, 422],
        async handle({ user, params, body, reply }) {
          const { command, isNew } = await actions.act(user, params.id, body);
          reply.code(isNew ? 201 : 200);
          return command;
        },
      });
    },
  };
};
