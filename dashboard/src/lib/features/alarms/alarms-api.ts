import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, oneOf } from '$lib/kit/filters.ts';

export type Alarm = Answer<'/api/v1/alarms/{id}', 'get'>;
export type AlarmLine = Answer<'/api/v1/alarm-lines', 'get'>['items'][number];
export type AlarmMute = Answer<'/api/v1/alarm-mutes', 'get'>['items'][number];

export const alarmStates = ['raised', 'done', 'refused', 'failed', 'silent', 'no-device'] as const;
export const alarmFilters = defineFilters({
  state: oneOf(['', ...alarmStates], ''),
  device: anyId(),
});

export const listAlarms = operation.GET('/api/v1/alarms');
export const readAlarm = operation.GET('/api/v1/alarms/{id}');
export const listAlarmLines = operation.GET('/api/v1/alarm-lines');
export const createAlarmLine = operation.POST('/api/v1/alarm-lines');
export const changeAlarmLine = operation.PATCH('/api/v1/alarm-lines/{id}');
export const readAlarmLineHistory = operation.GET('/api/v1/alarm-lines/{id}/history');
export const listAlarmMutes = operation.GET('/api/v1/alarm-mutes');
export const createAlarmMute = operation.POST('/api/v1/alarm-mutes');
export const endAlarmMute = operation.POST('/api/v1/alarm-mutes/{id}/end');
export const listDevices = operation.GET('/api/v1/site-devices');
export const listAreas = operation.GET('/api/v1/areas');
