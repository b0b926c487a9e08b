import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type ReaderPlace = Answer<'/api/v1/reader-places', 'get'>['items'][number];
export const listPlaces = operation.GET('/api/v1/reader-places');
export const addPlace = operation.POST('/api/v1/reader-places');
export const changePlace = operation.PATCH('/api/v1/reader-places/{id}');
export const removePlace = operation.DELETE('/api/v1/reader-places/{id}');
export type Site = Answer<'/api/v1/sites', 'get'>['items'][number];
export const listSites = operation.GET('/api/v1/sites');
export type Keeping = Answer<'/api/v1/locations/settings', 'get'>['items'][number];
export const listKeeping = operation.GET('/api/v1/locations/settings');
export const setKeeping = operation.PUT('/api/v1/locations/settings/{site}');
