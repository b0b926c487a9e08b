import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type OwnAreas = Answer<'/api/v1/me/areas', 'get'>;
export type OwnArea = OwnAreas['items'][number];

export const listOwnAreas = operation.GET('/api/v1/me/areas');
