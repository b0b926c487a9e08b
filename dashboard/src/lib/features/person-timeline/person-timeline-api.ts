import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type Timeline = Answer<'/api/v1/persons/{id}/timeline', 'get'>;
export type TimelineItem = Timeline['items'][number];

export const listPersonTimeline = operation.GET('/api/v1/persons/{id}/timeline');
export const listOwnTimeline = operation.GET('/api/v1/me/timeline');
