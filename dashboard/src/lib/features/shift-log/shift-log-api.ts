import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type DeskAlarm = Answer<'/api/v1/desk-alarms', 'get'>['items'][number];
export type ShiftLog = Answer<'/api/v1/shift-log', 'get'>;
export type Handover = Answer<'/api/v1/shift-handovers', 'get'>['items'][number];
export type HandoverDetail = Answer<'/api/v1/shift-handovers/{id}', 'get'>;

export const listDeskAlarms = operation.GET('/api/v1/desk-alarms');
export const acknowledgeDeskAlarms = operation.POST('/api/v1/desk-alarms/acknowledgements');
export const readShiftLog = operation.GET('/api/v1/shift-log');
export const writeShiftNote = operation.POST('/api/v1/shift-log/notes');
export const listHandovers = operation.GET('/api/v1/shift-handovers');
export const readHandover = operation.GET('/api/v1/shift-handovers/{id}');
export const giveShift = operation.POST('/api/v1/shift-handovers');
export const acceptShift = operation.POST('/api/v1/shift-handovers/{id}/acceptance');
export const withdrawShift = operation.POST('/api/v1/shift-handovers/{id}/withdrawal');
