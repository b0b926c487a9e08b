import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, oneOf } from '$lib/kit/filters.ts';

export type Board = Answer<'/api/v1/device-health', 'get'>;
export type BoardItem = Board['items'][number];
export type Outage = Answer<'/api/v1/device-outages', 'get'>['items'][number];
export type Hour = Answer<'/api/v1/device-health/hours', 'get'>['items'][number];
export type Setting = Answer<'/api/v1/device-health/setting', 'get'>;

export type Diagnosis = Answer<'/api/v1/cameras/{camera}/diagnosis', 'post'>;
export type Check = Answer<'/api/v1/device-checks', 'get'>['items'][number];

export const kinds = ['camera', 'worker', 'gateway', 'site-device'] as const;
export const faults = [
  'offline',
  'delayed',
  'network',
  'black',
  'frozen',
  'blurred',
  'turned',
  'covered',
] as const;
export const tabs = ['board', 'outages', 'hours'] as const;
const common = {
  tab: oneOf(tabs, 'board'),
  kind: oneOf(['', ...kinds], ''),
  subject: anyId(),
};
export const boardFilters = defineFilters(common);
export const outageFilters = defineFilters({
  ...common,
  fault: oneOf(['', ...faults], ''),
  open: oneOf(['', 'true'], ''),
});
export const hourFilters = defineFilters({ ...common, trouble: oneOf(['', 'true'], '') });

export const readBoard = operation.GET('/api/v1/device-health');
export const listOutages = operation.GET('/api/v1/device-outages');
export const listHours = operation.GET('/api/v1/device-health/hours');
export const readSetting = operation.GET('/api/v1/device-health/setting');
export const changeSetting = operation.PUT('/api/v1/device-health/setting');
export const diagnoseCamera = operation.POST('/api/v1/cameras/{camera}/diagnosis');
export const listChecks = operation.GET('/api/v1/device-checks');
export const openCheck = operation.POST('/api/v1/device-checks');
export const actOnCheck = operation.POST('/api/v1/device-checks/{id}/actions');
export const listCheckAssignable = operation.GET('/api/v1/device-checks/{id}/assignable');
export const readCheckHistory = operation.GET('/api/v1/device-checks/{id}/history');
