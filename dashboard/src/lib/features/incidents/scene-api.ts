import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type Scene = Answer<'/api/v1/incidents/{id}/scene', 'get'>;

export const readScene = operation.GET('/api/v1/incidents/{id}/scene');
export const listFindings = operation.GET('/api/v1/violations');
