import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';

export type DevicePage = Answer<'/api/v1/devices', 'get'>;
export type Device = DevicePage['items'][number];
/** As it is answered once, when its secret was made. */
export type NewDevice = Answer<'/api/v1/devices/{id}/secret', 'post'>;

/** Those that a person makes; the shared token is a setting. */
export const deviceKinds = [
  'reader',
  'tracker',
  'machine',
  'actuator',
  'worker',
  'gateway',
  'personnel',
  'gate',
  'mes',
] as const;
export type DeviceKind = (typeof deviceKinds)[number];

export const deviceFilters = defineFilters({
  q: searchText(),
  kind: oneOf(['', ...deviceKinds], ''),
  state: oneOf(['', 'in-force', 'revoked'], 'in-force'),
});

export const listDevices = operation.GET('/api/v1/devices');
export const readDevice = operation.GET('/api/v1/devices/{id}');
export const createDevice = operation.POST('/api/v1/devices');
export const rotateDevice = operation.POST('/api/v1/devices/{id}/secret');
export const revokeDevice = operation.POST('/api/v1/devices/{id}/revocation');

export type EvidenceKey = Answer<'/api/v1/devices/{id}/evidence-keys', 'get'>['items'][number];
export const listEvidenceKeys = operation.GET('/api/v1/devices/{id}/evidence-keys');
export const revokeEvidenceKey = operation.POST(
  '/api/v1/devices/{id}/evidence-keys/{key}/revocation',
);
