import type { Module } from '../http/app-types.ts';
import { routesOf } from '../kit/routes.ts';
import * as schema from './schema.ts';
import type { CommandService } from './service.ts';

/** Commands as people see, approve and undo them. They are given at the module of their device. */
export function commandsModule(service: CommandService): Module {
  return {
    name: 'commands',
    feature: 'site-devices',
    register(app) {
      const route = routesOf(app, 'commands');
      route.get('/commands', {
        permission: 'command:read',
        operationId: 'listCommands',
        summary: 'Lists commands, newest first',
        query: schema.commandQuery,
        answer: schema.commandPage,
        handle: ({ user, query }) => service.list(user, query),
      });
      route.get('/commands/:id', {
        permission: 'command:read',
        operationId: 'getCommand',
        summary: 'Reads a command with what happened to it',
        answer: schema.commandDetail,
        handle: ({ user, params }) => service.get(user, params.id),
      });
      route.post('/commands/:id/approval', {
        permission: 'command:approve',
        operationId: 'approveCommand',
        summary: 'Approves a command as the second person; it is sent at once',
        answer: schema.commandDetail,
        problems: [409, 422],
        handle: ({ user, params }) => service.approve(user, params.id),
      });
      route.post('/commands/:id/refusal', {
        permission: 'command:approve',
        operationId: 'refuseCommand',
        summary: 'Refuses a command as the second person; it is not sent',
        body: schema.declineBody,
        answer: schema.commandDetail,
        problems: [409],
        handle: ({ user, params, body }) => service.decline(user, params.id, body.reason),
      });
      route.post('/commands/:id/reversal', {
        permission: 'command:request',
        operationId: 'reverseCommand',
        summary: 'Gives the command that undoes another; a second time it is the same one',
        body: schema.reversalBody,
        answer: schema.commandSchema,
        problems: [409, 422],
        handle: ({ user, params, body }) => service.reverse(user, params.id, body),
      });
    },
  };
}
