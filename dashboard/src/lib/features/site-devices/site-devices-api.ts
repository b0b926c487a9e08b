import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';

export type SiteDevice = Answer<'/api/v1/site-devices/{id}', 'get'>;
export type Command = Answer<'/api/v1/commands', 'get'>['items'][number];
export type CommandDetail = Answer<'/api/v1/commands/{id}', 'get'>;

export const commandStates = [
  'awaiting-approval',
  'requested',
  'sent',
  'accepted',
  'done',
  'refused',
  'failed',
  'expired',
] as const;
export const commandCauses = ['test', 'manual', 'rule', 'reversal'] as const;

export const siteDeviceKinds = ['beacon', 'speaker', 'machine-control'] as const;
/** Whether a device gives signals and alarms: light and sound, or sound alone. */
export const givesSignals = ({ kind }: Pick<SiteDevice, 'kind'>) => kind !== 'machine-control';
export const hasLight = ({ kind }: Pick<SiteDevice, 'kind'>) => kind === 'beacon';

export const siteDeviceFilters = defineFilters({ q: searchText() });
export const commandFilters = defineFilters({
  state: oneOf(['', ...commandStates], ''),
  cause: oneOf(['', ...commandCauses], ''),
  device: anyId(),
});

export const listSiteDevices = operation.GET('/api/v1/site-devices');
export const readSiteDevice = operation.GET('/api/v1/site-devices/{id}');
export const createSiteDevice = operation.POST('/api/v1/site-devices');
export const changeSiteDevice = operation.PATCH('/api/v1/site-devices/{id}');
export const setSecondPerson = operation.POST('/api/v1/site-devices/{id}/second-person');
export const readSiteDeviceHistory = operation.GET('/api/v1/site-devices/{id}/history');
export const commandSiteDevice = operation.POST('/api/v1/site-devices/{id}/commands');
export const listCommands = operation.GET('/api/v1/commands');
export const readCommand = operation.GET('/api/v1/commands/{id}');
export const approveCommand = operation.POST('/api/v1/commands/{id}/approval');
export const refuseCommand = operation.POST('/api/v1/commands/{id}/refusal');
export const reverseCommand = operation.POST('/api/v1/commands/{id}/reversal');
export const listAreas = operation.GET('/api/v1/areas');
