import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type Snooze = Answer<'/api/v1/snoozes/{id}', 'get'>;

export const listSnoozes = operation.GET('/api/v1/snoozes');
export const readSnooze = operation.GET('/api/v1/snoozes/{id}');
export const createSnooze = operation.POST('/api/v1/snoozes');
export const approveSnooze = operation.POST('/api/v1/snoozes/{id}/approval');
export const endSnooze = operation.POST('/api/v1/snoozes/{id}/end');
