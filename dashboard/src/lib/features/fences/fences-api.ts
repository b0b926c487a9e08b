import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, oneOf } from '$lib/kit/filters.ts';
import type { Tone } from '$lib/ui/Chip.svelte';

export type FenceEvent = Answer<'/api/v1/area-fences/events', 'get'>['items'][number];
export type FenceEventDetail = Answer<'/api/v1/area-fences/events/{id}', 'get'>;
export type AreaFence = Answer<'/api/v1/area-fences/{id}', 'get'>;
export type OwnFenceEvent = Answer<'/api/v1/me/fence-events', 'get'>['items'][number];

export const states = ['open', 'ended', 'withdrawn'] as const;
export const kinds = ['entry', 'stay'] as const;
export const severities = ['info', 'warning', 'critical'] as const;
export const eventFilters = defineFilters({
  state: oneOf(['', ...states], ''),
  kind: oneOf(['', ...kinds], ''),
  area: anyId(),
  acknowledged: oneOf(['', 'yes', 'no'], ''),
});
export const stateTones: Readonly<Record<FenceEvent['state'], Tone>> = {
  open: 'danger',
  ended: 'neutral',
  withdrawn: 'neutral',
};
export const severityTones: Readonly<Record<FenceEvent['severity'], Tone>> = {
  info: 'neutral',
  warning: 'warn',
  critical: 'danger',
};

export const listEvents = operation.GET('/api/v1/area-fences/events');
export const readEvent = operation.GET('/api/v1/area-fences/events/{id}');
export const acknowledgeEvent = operation.POST('/api/v1/area-fences/events/{id}/acknowledge');
export const listFences = operation.GET('/api/v1/area-fences');
export const readFence = operation.GET('/api/v1/area-fences/{id}');
export const createFence = operation.POST('/api/v1/area-fences');
export const changeFence = operation.PATCH('/api/v1/area-fences/{id}');
export const readFenceHistory = operation.GET('/api/v1/area-fences/{id}/history');
export const listOwn = operation.GET('/api/v1/me/fence-events');
