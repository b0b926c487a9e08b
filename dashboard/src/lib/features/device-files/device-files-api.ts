import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';

export type DeviceFile = Answer<'/api/v1/device-files/{id}', 'get'>;
export type DeviceFileRow = Answer<'/api/v1/device-files', 'get'>['items'][number];

export const statuses = ['in-use', 'stored', 'retired'] as const;
export const states = ['finding', 'link', 'soon', 'overdue'] as const;
export const links = ['ethernet', 'wifi', '5g', 'lora', 'serial'] as const;
export const deviceFilters = defineFilters({
  q: searchText(),
  kind: anyId(),
  area: anyId(),
  status: oneOf(['', ...statuses], ''),
  state: oneOf(['', ...states], ''),
});

export const listDeviceFiles = operation.GET('/api/v1/device-files');
export const readDeviceFile = operation.GET('/api/v1/device-files/{id}');
export const createDeviceFile = operation.POST('/api/v1/device-files');
export const changeDeviceFile = operation.PATCH('/api/v1/device-files/{id}');
export const readHistory = operation.GET('/api/v1/device-files/{id}/history');
export const actOnFinding = operation.POST('/api/v1/device-findings/{id}/actions');
export const readFindingHistory = operation.GET('/api/v1/device-findings/{id}/history');
export const listAssignable = operation.GET('/api/v1/device-findings/{id}/assignable');
export const listAreas = operation.GET('/api/v1/areas');
