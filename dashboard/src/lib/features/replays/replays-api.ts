import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type DraftTest = Answer<'/api/v1/cameras/{camera}/draft-tests/{id}', 'get'>;
export type NearMisses = Answer<'/api/v1/cameras/{camera}/near-misses/{id}', 'get'>;
export type ReplayResult = NonNullable<DraftTest['result']>;
export type ReplayedRecord = ReplayResult['records'][number];
export type NearMiss = ReplayResult['nearMisses'][number];
export type RecordedFinding = NonNullable<DraftTest['recorded']>[number];

export const startDraftTest = operation.POST('/api/v1/cameras/{camera}/draft-tests');
export const getDraftTest = operation.GET('/api/v1/cameras/{camera}/draft-tests/{id}');
export const cancelDraftTest = operation.DELETE('/api/v1/cameras/{camera}/draft-tests/{id}');
export const findNearMisses = operation.POST('/api/v1/cameras/{camera}/near-misses');
export const getNearMisses = operation.GET('/api/v1/cameras/{camera}/near-misses/{id}');
export const cancelNearMisses = operation.DELETE('/api/v1/cameras/{camera}/near-misses/{id}');
