import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type Chain = Answer<'/api/v1/incidents/{id}/chain', 'get'>;
export type ChainItem = Chain['items'][number];

export const readChain = operation.GET('/api/v1/incidents/{id}/chain');
