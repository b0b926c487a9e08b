import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';

export type ConfigurationRow = Answer<'/api/v1/cameras/configurations', 'get'>['items'][number];
export type ReturnedCamera = Answer<'/api/v1/cameras/{camera}/return', 'post'>;
export type Configuration = Answer<'/api/v1/cameras/{camera}/configuration', 'get'>;
export type CameraVersion = Answer<'/api/v1/cameras/{camera}/versions', 'get'>['items'][number];
export type FileDifference = Answer<'/api/v1/cameras/import', 'get'>['items'][number];

export type ReadablePlaces = Answer<'/api/v1/cameras/{camera}/readable-places', 'get'>;

export const configurationFilters = defineFilters({
  q: searchText(),
  site: anyId(),
  state: oneOf(['', 'enabled', 'disabled'], ''),
});

export const listConfigurations = operation.GET('/api/v1/cameras/configurations');
export const readConfiguration = operation.GET('/api/v1/cameras/{camera}/configuration');
export const createCamera = operation.POST('/api/v1/cameras');
export const changeCamera = operation.PATCH('/api/v1/cameras/{camera}/configuration');
export const listVersions = operation.GET('/api/v1/cameras/{camera}/versions');
export const restoreCamera = operation.POST('/api/v1/cameras/{camera}/restoration');
export type RemovedCamera = Answer<'/api/v1/cameras/removed', 'get'>['items'][number];
export type FileSite = Answer<'/api/v1/cameras/import', 'get'>['sites'][number];

export const removeCamera = operation.POST('/api/v1/cameras/{camera}/removal');
export const listRemoved = operation.GET('/api/v1/cameras/removed');
export const putCameraBack = operation.POST('/api/v1/cameras/{camera}/return');
export const drawFence = operation.POST('/api/v1/cameras/{camera}/fence');
export const compareFile = operation.GET('/api/v1/cameras/import');
export const importCameras = operation.POST('/api/v1/cameras/import');
export const readReadablePlaces = operation.GET('/api/v1/cameras/{camera}/readable-places');
export const listAreas = operation.GET('/api/v1/areas');
