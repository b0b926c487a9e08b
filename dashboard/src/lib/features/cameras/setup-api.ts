import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type AddressResult = Answer<'/api/v1/cameras/setup/address', 'post'>;
export type Discovery = Answer<'/api/v1/cameras/setup/discovery', 'post'>;
export type FoundDevice = Discovery['devices'][number];
export type DeviceAnswer = Answer<'/api/v1/cameras/setup/device', 'post'>;
export type Profile = DeviceAnswer['profiles'][number];

export const tryAddress = operation.POST('/api/v1/cameras/setup/address');
export const discoverCameras = operation.POST('/api/v1/cameras/setup/discovery');
export const askDevice = operation.POST('/api/v1/cameras/setup/device');
