import type { App } from '../../platform/http/app-types.ts';
import { historySchema } from '../../platform/kit/history.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import * as schema from './schema.ts';
import type { SiteDevices } from './service.ts';

/** Devices on site that take commands: register, state, and giving a command. */
export function registerSiteDevices(app: App, devices: SiteDevices): void {
  const route = routesOf(app, 'site devices');
  route.get('/site-devices', {
    permission: 'command:read',
    operationId: 'listSiteDevices',
    summary: 'Lists devices on site with what they do now',
    query: schema.siteDeviceQuery,
    answer: schema.siteDevicePage,
    handle: ({ user, query }) => devices.list(user, query),
  });
  route.post('/site-devices', {
    permission: 'site-device:manage',
    operationId: 'createSiteDevice',
    summary: 'Enters a device on site',
    description: 'Its credential on the bus is made at /devices, of the kind actuator.',
    body: schema.siteDeviceInput,
    created: schema.siteDeviceSchema,
    problems: [409, 422],
    handle: ({ user, body }) => devices.create(user, body),
  });
  route.get('/site-devices/:id', {
    permission: 'command:read',
    operationId: 'getSiteDevice',
    summary: 'Reads a device on site with what it does now',
    answer: schema.siteDeviceSchema,
    handle: ({ user, params }) => devices.get(user, params.id),
  });
  route.patch('/site-devices/:id', {
    permission: 'site-device:manage',
    operationId: 'changeSiteDevice',
    summary: 'Changes a device on site, or puts it out of use',
    body: schema.siteDevicePatch,
    answer: schema.siteDeviceSchema,
    problems: [422],
    handle: ({ user, params, body }) => devices.change(user, params.id, body),
  });
  route.post('/site-devices/:id/second-person', {
    permission: 'command:approve',
    operationId: 'setSiteDeviceSecondPerson',
    summary: 'Says whether commands to a device need a second person',
    body: schema.secondPersonBody,
    answer: schema.siteDeviceSchema,
    handle: ({ user, params, body }) => devices.setSecondPerson(user, params.id, body),
  });
  route.get('/site-devices/:id/history', {
    permission: 'command:read',
    operationId: 'getSiteDeviceHistory',
    summary: 'The changes of a device on site, newest first',
    answer: historySchema,
    handle: ({ user, params }) => devices.history(user, params.id),
  });
  route.post('/site-devices/:id/commands', {
    permission: 'command:request',
    operationId: 'commandSiteDevice',
    summary: 'Gives a command to a device on site',
    description:
      '201 for a new command, 200 for one that was given with this key before. It is sent at once, or once the second person approved it.',
    body: schema.commandBody,
    answer: schema.commandSchema,
    created: schema.commandSchema,
    problems: [409, 422],
    async handle({ user, params, body, reply }) {
      const { command, isNew } = await devices.command(user, params.id, body);
      reply.code(isNew ? 201 : 200);
      return command;
    },
  });
}
