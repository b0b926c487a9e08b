import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { anyDay, anyId, defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';
import type { Tone } from '$lib/ui/Chip.svelte';

export type Vehicle = Answer<'/api/v1/vehicles/{id}', 'get'>;
export type VehicleList = Answer<'/api/v1/vehicles', 'get'>;
export type VehicleEvent = Answer<'/api/v1/vehicle-events', 'get'>['items'][number];
export type VehicleEventDetail = Answer<'/api/v1/vehicle-events/{id}', 'get'>;
export type VehiclePass = Answer<'/api/v1/vehicle-passes', 'get'>['items'][number];
export type VehicleArea = Answer<'/api/v1/vehicle-areas', 'get'>['items'][number];

export const statuses = ['active', 'blocked', 'retired'] as const;
export const eventKinds = ['speed', 'area', 'pass'] as const;
export const eventStates = ['open', 'ended', 'withdrawn'] as const;
export const directions = ['in', 'out', 'through'] as const;
export const severities = ['info', 'warning', 'critical'] as const;
export const vehicleFilters = defineFilters({
  q: searchText(64),
  kind: anyId(),
  status: oneOf(['', ...statuses], ''),
  site: oneOf(['', 'on', 'off'], ''),
});
export const eventFilters = defineFilters({
  kind: oneOf(['', ...eventKinds], ''),
  state: oneOf(['', ...eventStates], ''),
  acknowledged: oneOf(['', 'yes', 'no'], ''),
  vehicle: anyId(),
});
export const passFilters = defineFilters({
  q: searchText(64),
  direction: oneOf(['', ...directions], ''),
  day: anyDay(),
});
export const stateTones: Readonly<Record<VehicleEvent['state'], Tone>> = {
  open: 'danger',
  ended: 'neutral',
  withdrawn: 'neutral',
};
export const severityTones: Readonly<Record<VehicleEvent['severity'], Tone>> = {
  info: 'neutral',
  warning: 'warn',
  critical: 'danger',
};
export const placeText = (area: VehicleEvent['area'], instead: string): string =>
  area ? (area.name ? i18n.name(area.name) : area.id) : instead;

export const listVehicles = operation.GET('/api/v1/vehicles');
export const readVehicle = operation.GET('/api/v1/vehicles/{id}');
export const readVehicleHistory = operation.GET('/api/v1/vehicles/{id}/history');
export const createVehicle = operation.POST('/api/v1/vehicles');
export const changeVehicle = operation.PATCH('/api/v1/vehicles/{id}');
export const bindTag = operation.POST('/api/v1/vehicles/{id}/tags');
export const releaseTag = operation.DELETE('/api/v1/vehicles/{id}/tags/{tag}');
export const listVehicleAreas = operation.GET('/api/v1/vehicle-areas');
export const setVehicleArea = operation.PUT('/api/v1/vehicle-areas/{area}');
export const listVehicleEvents = operation.GET('/api/v1/vehicle-events');
export const readVehicleEvent = operation.GET('/api/v1/vehicle-events/{id}');
export const acknowledgeVehicleEvent = operation.POST('/api/v1/vehicle-events/{id}/acknowledge');
export const enterPass = operation.POST('/api/v1/vehicle-passes');
export const listPasses = operation.GET('/api/v1/vehicle-passes');
export const listVehiclePlaces = operation.GET('/api/v1/vehicles/places');
