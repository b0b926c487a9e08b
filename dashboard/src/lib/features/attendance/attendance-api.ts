import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyDay, anyId, defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';
import type { Tone } from '$lib/ui/Chip.svelte';

export type OwnAttendance = Answer<'/api/v1/me/attendance', 'get'>;
export type Day = OwnAttendance['days'][number];
export type ClockEvent = Day['events'][number];
export type Correction = OwnAttendance['corrections'][number];
export type Row = Answer<'/api/v1/attendance/days', 'get'>['items'][number];
export type Counts = Answer<'/api/v1/attendance/days', 'get'>['counts'];
export type PersonDay = Answer<'/api/v1/attendance/people/{person}', 'get'>;
export type Setting = Answer<'/api/v1/attendance/settings', 'get'>['items'][number];

export const dayStates = ['in', 'done', 'missing-out', 'missing-in', 'not-clocked'] as const;
export const sources = ['app', 'position', 'import', 'correction'] as const;
export const correctionStates = ['open', 'approved', 'refused', 'withdrawn'] as const;
export const dayTones: Readonly<Record<Day['state'], Tone>> = {
  in: 'ok',
  done: 'neutral',
  'missing-out': 'warn',
  'missing-in': 'warn',
  'not-clocked': 'neutral',
};
export const correctionTones: Readonly<Record<Correction['state'], Tone>> = {
  open: 'warn',
  approved: 'ok',
  refused: 'danger',
  withdrawn: 'neutral',
};
export const dayFilters = defineFilters({
  day: anyDay(),
  q: searchText(64),
  department: anyId(),
  state: oneOf(['', ...dayStates], ''),
  source: oneOf(['', ...sources], ''),
});
export const correctionFilters = defineFilters({ state: oneOf(['', ...correctionStates], '') });

export const readOwn = operation.GET('/api/v1/me/attendance');
export const clockIn = operation.POST('/api/v1/me/clock-events');
export const askCorrection = operation.POST('/api/v1/me/attendance/corrections');
export const withdrawCorrection = operation.DELETE('/api/v1/me/attendance/corrections/{id}');
export const listDays = operation.GET('/api/v1/attendance/days');
export const readPersonDay = operation.GET('/api/v1/attendance/people/{person}');
export const listCorrections = operation.GET('/api/v1/attendance/corrections');
export const readCorrection = operation.GET('/api/v1/attendance/corrections/{id}');
export const decideCorrection = operation.POST('/api/v1/attendance/corrections/{id}/decision');
export const listSettings = operation.GET('/api/v1/attendance/settings');
export const saveSetting = operation.PUT('/api/v1/attendance/settings/{site}');
