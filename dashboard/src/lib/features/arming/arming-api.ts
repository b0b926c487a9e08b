import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type ArmingItem = Answer<'/api/v1/arming', 'get'>['items'][number];
export type ArmingNow = NonNullable<ArmingItem['now']>;
export type Armed = NonNullable<ArmingItem['when']>;
export type ArmedBy = Armed['by'];

export const listArming = operation.GET('/api/v1/arming');
export const previewArming = operation.POST('/api/v1/arming/preview');
export const listAreas = operation.GET('/api/v1/areas');
