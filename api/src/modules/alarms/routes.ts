import type { App } from '../../platform/http/app-types.ts';
import { historySchema } from '../../platform/kit/history.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { AlarmLines } from './lines.ts';
import type { AlarmList } from './list.ts';
import type { AlarmMutes } from './mutes.ts';
import * as schema from './schema.ts';

/** Alarms that were given, the plan of them, and mutes. */
export function registerAlarms(
  app: App,
  { alarms, lines, mutes }: { alarms: AlarmList; lines: AlarmLines; mutes: AlarmMutes },
): void {
  const route = routesOf(app, 'alarms');
  route.get('/alarms', {
    permission: 'command:read',
    operationId: 'listAlarms',
    summary: 'Lists alarms that workers gave, newest first, with what became of them',
    query: schema.alarmQuery,
    answer: schema.alarmPage,
    handle: ({ user, query }) => alarms.list(user, query),
  });
  route.get('/alarms/:id', {
    permission: 'command:read',
    operationId: 'getAlarm',
    summary: 'Reads an alarm with what became of it',
    answer: schema.alarmSchema,
    handle: ({ user, params }) => alarms.get(user, params.id),
  });
  route.get('/alarm-lines', {
    permission: 'command:read',
    operationId: 'listAlarmLines',
    summary: 'Reads the alarm plan',
    answer: schema.alarmLineList,
    handle: ({ user }) => lines.list(user),
  });
  route.post('/alarm-lines', {
    permission: 'alarm:plan',
    operationId: 'createAlarmLine',
    summary: 'Adds a line to the alarm plan',
    description: 'Workers have the plan within seconds, and keep it while the API is away.',
    body: schema.alarmLineInput,
    created: schema.alarmLineSchema,
    problems: [409, 422],
    handle: ({ user, body }) => lines.create(user, body),
  });
  route.patch('/alarm-lines/:id', {
    permission: 'alarm:plan',
    operationId: 'changeAlarmLine',
    summary: 'Changes a line of the alarm plan, or puts it out of use',
    body: schema.alarmLinePatch,
    answer: schema.alarmLineSchema,
    problems: [422],
    handle: ({ user, params, body }) => lines.change(user, params.id, body),
  });
  route.get('/alarm-lines/:id/history', {
    permission: 'command:read',
    operationId: 'getAlarmLineHistory',
    summary: 'The changes of a line of the alarm plan, newest first',
    answer: historySchema,
    handle: ({ user, params }) => lines.history(user, params.id),
  });
  route.get('/alarm-mutes', {
    permission: 'command:read',
    operationId: 'listAlarmMutes',
    summary: 'Lists the mutes of devices, newest first',
    query: schema.alarmMuteQuery,
    answer: schema.alarmMuteList,
    handle: ({ user, query }) => mutes.list(user, query),
  });
  route.post('/alarm-mutes', {
    permission: 'alarm:mute',
    operationId: 'createAlarmMute',
    summary: 'Mutes light or sound of a device for a while',
    description: 'It ends by itself, and holds at the device also while the API is away.',
    body: schema.alarmMuteInput,
    created: schema.alarmMuteSchema,
    problems: [409, 422],
    handle: ({ user, body }) => mutes.create(user, body),
  });
  route.post('/alarm-mutes/:id/end', {
    permission: 'alarm:mute',
    operationId: 'endAlarmMute',
    summary: 'Ends a mute before its time',
    answer: schema.alarmMuteSchema,
    problems: [409],
    handle: ({ user, params }) => mutes.end(user, params.id),
  });
}
