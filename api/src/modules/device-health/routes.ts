import { slug } from '@anshi/contracts';
import { z } from 'zod';
import type { App } from '../../platform/http/app-types.ts';
import { exportAnswer, sendMade } from '../../platform/kit/list-export.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import { registerRecordRoutes } from '../../platform/workflow/record-routes.ts';
import type { createBoard } from './board.ts';
import {
  checkAction,
  checkBody,
  checkList,
  checkQuery,
  checkSchema,
  type DeviceChecks,
} from './checks.ts';
import { type Diagnose, diagnosisSchema } from './diagnosis.ts';
import type { createHourList } from './hours.ts';
import type { createOutageList } from './outages.ts';
import * as schema from './schema.ts';
import type { HealthSettings } from './settings.ts';
import type { OutageStills } from './stills.ts';

const jpeg = {
  description: 'JPEG.',
  content: { 'image/jpeg': { schema: z.any() } },
};

/** The health of devices: the last day, the hours before, outages, and when people are told. */
export function registerDeviceHealth(
  app: App,
  services: {
    board: ReturnType<typeof createBoard>;
    hours: ReturnType<typeof createHourList>;
    outages: ReturnType<typeof createOutageList>;
    stills: Pick<OutageStills, 'read'>;
    settings: HealthSettings;
    checks: DeviceChecks;
    diagnose: Diagnose;
  },
): void {
  const route = routesOf(app, 'device health');
  const { board, hours, outages, stills, settings, checks, diagnose } = services;
  route.get('/device-health', {
    permission: 'device-health:read',
    operationId: 'getDeviceHealthBoard',
    summary: 'The last 24 hours of cameras, workers, gateways and devices on site',
    answer: schema.boardSchema,
    handle: ({ user }) => board(user),
  });
  route.get('/device-health/hours', {
    permission: 'device-health:read',
    operationId: 'listDeviceHealthHours',
    summary: 'Lists hours of devices, newest first',
    query: schema.hourQuery,
    answer: schema.hourPage,
    problems: [422],
    handle: ({ user, query }) => hours.list(user, query),
  });
  route.get('/device-health/hours/export', {
    permission: 'device-health:read',
    operationId: 'exportDeviceHealthHours',
    summary: 'The hours of devices as a spreadsheet',
    query: schema.hourExport,
    file: exportAnswer,
    problems: [422],
    handle: async ({ user, query, reply }) => sendMade(reply, await hours.export(user, query)),
  });
  route.get('/device-outages', {
    permission: 'device-health:read',
    operationId: 'listDeviceOutages',
    summary: 'Lists outages of devices that lasted into the asked time, newest first',
    query: schema.outageQuery,
    answer: schema.outagePage,
    problems: [422],
    handle: ({ user, query }) => outages.list(user, query),
  });
  route.get('/device-outages/export', {
    permission: 'device-health:read',
    operationId: 'exportDeviceOutages',
    summary: 'The outages of devices as a spreadsheet',
    query: schema.outageExport,
    file: exportAnswer,
    problems: [422],
    handle: async ({ user, query, reply }) => sendMade(reply, await outages.export(user, query)),
  });
  route.get('/device-outages/:id/still', {
    permission: 'device-health:read',
    operationId: 'getDeviceOutageStill',
    summary: 'Reads the last picture of a camera before an outage, with blurred faces',
    description:
      'For those who may also see or diagnose that camera; else it is unknown. Views are audited.',
    file: { 200: jpeg },
    handle: async ({ user, params, reply }) =>
      reply
        .type('image/jpeg')
        .header('cache-control', 'no-store')
        .send(await stills.read(user, params.id)),
  });
  route.get('/device-health/setting', {
    permission: 'device-health:read',
    operationId: 'getDeviceHealthSetting',
    summary: 'When people are told of outages',
    answer: schema.settingSchema,
    handle: ({ user }) => settings.get(user),
  });
  route.put('/device-health/setting', {
    permission: 'device-health:manage',
    operationId: 'setDeviceHealthSetting',
    summary: 'Sets when people are told of outages',
    body: schema.settingBody,
    answer: schema.settingSchema,
    handle: ({ user, body }) => settings.change(user, body),
  });
  route.post('/cameras/:camera/diagnosis', {
    permission: 'camera:diagnose',
    operationId: 'diagnoseCamera',
    summary: 'Lets the worker of a camera look at it: connection, stream, last picture, log',
    description: 'Audited. It takes up to 20 s; nothing of the answer is stored.',
    params: z.object({ camera: slug }),
    answer: diagnosisSchema,
    problems: [502],
    handle: ({ user, params, request }) => diagnose(user, params.camera, request),
  });
  route.get('/device-checks', {
    permission: 'device-health:read',
    operationId: 'listDeviceChecks',
    summary: 'Lists the checks of a device on site, newest first',
    query: checkQuery,
    answer: checkList,
    handle: ({ user, query }) => checks.list(user, query),
  });
  route.post('/device-checks', {
    permission: 'camera:diagnose',
    operationId: 'openDeviceCheck',
    summary: 'Orders a check of a device on site: a task of maintenance',
    body: checkBody,
    created: checkSchema,
    problems: [409, 422],
    handle: ({ user, body }) => checks.open(user, body),
  });
  registerRecordRoutes(app, checks.record, {
    path: '/device-checks/:id',
    permission: 'device-health:read',
    tag: 'device health',
    noun: 'a check of a device on site',
    operations: {
      history: 'getDeviceCheckHistory',
      assignable: 'listDeviceCheckAssignable',
      act: 'actOnDeviceCheck',
    },
    action: checkAction,
    answer: checkSchema,
  });
}
