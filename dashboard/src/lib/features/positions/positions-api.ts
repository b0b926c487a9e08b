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
export type Reader = Answer<'/api/v1/readers', 'get'>['items'][number];
export const readerKinds = [
  'impinj-http',
  'impinj-mqtt',
  'llrp',
  'mqtt',
  'omlox',
  'gps',
] as const satisfies readonly Reader['kind'][];
export const listReaders = operation.GET('/api/v1/readers');
export const addReader = operation.POST('/api/v1/readers');
export const changeReader = operation.PATCH('/api/v1/readers/{id}');
export const removeReader = operation.DELETE('/api/v1/readers/{id}');
export type PlanReference = Answer<'/api/v1/plan-references', 'get'>['items'][number];
export const listReferences = operation.GET('/api/v1/plan-references');
export const setReference = operation.PUT('/api/v1/plan-references/{plan}');
export const removeReference = operation.DELETE('/api/v1/plan-references/{plan}');
export type Area = Answer<'/api/v1/areas', 'get'>['items'][number];
export const listAreas = operation.GET('/api/v1/areas');
