import type { App } from '../../platform/http/app-types.ts';
import { historySchema } from '../../platform/kit/history.ts';
import { exportAnswer, sendMade } from '../../platform/kit/list-export.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import { registerRecordRoutes } from '../../platform/workflow/record-routes.ts';
import type { DeviceFiles } from './device-files.ts';
import type { DeviceFindings } from './findings.ts';
import type { createDeviceList } from './list.ts';
import * as schema from './schema.ts';

/** Files of the devices that sense, compute and transmit. */
export function registerDeviceFiles(
  app: App,
  services: {
    list: ReturnType<typeof createDeviceList>;
    files: DeviceFiles;
    findings: DeviceFindings;
  },
): void {
  const route = routesOf(app, 'device-files');
  const { list, files, findings } = services;
  route.get('/device-files', {
    permission: 'device-file:read',
    operationId: 'listDeviceFiles',
    summary: 'Lists the files of devices by name',
    query: schema.listQuery,
    answer: schema.deviceFilePage,
    handle: ({ user, query }) => list.list(user, query),
  });
  route.get('/device-files/export', {
    permission: 'device-file:read',
    operationId: 'exportDeviceFiles',
    summary: 'The list of device files as a spreadsheet',
    query: schema.exportListQuery,
    file: exportAnswer,
    handle: async ({ user, query, reply }) => sendMade(reply, await list.export(user, query)),
  });
  route.post('/device-files', {
    permission: 'device-file:manage',
    operationId: 'createDeviceFile',
    summary: 'Opens the file of a device',
    description: 'In a dusty area a device below IP67, or with an unknown code, gets a finding.',
    body: schema.deviceFileInput,
    created: schema.deviceFileSchema,
    problems: [409, 422],
    handle: ({ user, body }) => files.create(user, body),
  });
  route.get('/device-files/:id', {
    permission: 'device-file:read',
    operationId: 'getDeviceFile',
    summary: 'Reads the file of a device with its open finding',
    answer: schema.deviceFileSchema,
    handle: ({ user, params }) => files.get(user, params.id),
  });
  route.patch('/device-files/:id', {
    permission: 'device-file:manage',
    operationId: 'changeDeviceFile',
    summary: 'Changes the file of a device',
    body: schema.deviceFilePatch,
    answer: schema.deviceFileSchema,
    problems: [422],
    handle: ({ user, params, body }) => files.change(user, params.id, body),
  });
  route.get('/device-files/:id/history', {
    permission: 'device-file:read',
    operationId: 'getDeviceFileHistory',
    summary: 'Lists the changes of a file and its findings, newest first',
    answer: historySchema,
    handle: ({ user, params }) => files.history(user, params.id),
  });
  registerRecordRoutes(app, findings.record, {
    path: '/device-findings/:id',
    permission: 'device-file:read',
    tag: 'device-files',
    noun: 'a finding about the protection of a device',
    operations: {
      history: 'getDeviceFindingHistory',
      assignable: 'listDeviceFindingAssignable',
      act: 'actOnDeviceFinding',
    },
    action: schema.findingAction,
    answer: schema.deviceFileSchema,
    description: 'It is settled where device and area suit each other; else it can be accepted.',
  });
}
