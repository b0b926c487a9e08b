import { client, take } from '$lib/api/client.ts';
import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type Screen = Answer<'/api/v1/screens', 'get'>['items'][number];
export type SharedGroup = Answer<'/api/v1/wall-groups', 'get'>['items'][number];
export type ScreenSession = Answer<'/api/v1/screen/session', 'post'>;
export type ScreenAlarms = Answer<'/api/v1/desk-alarms/of-screen', 'get'>;

export const listScreens = operation.GET('/api/v1/screens');
export const pairScreen = operation.POST('/api/v1/screens');
export const changeScreen = operation.PATCH('/api/v1/screens/{id}');
export const revokeScreen = operation.POST('/api/v1/screens/{id}/revocation');
export const listSharedGroups = operation.GET('/api/v1/wall-groups');
export const createSharedGroup = operation.POST('/api/v1/wall-groups');
export const changeSharedGroup = operation.PATCH('/api/v1/wall-groups/{id}');
export const deleteSharedGroup = operation.DELETE('/api/v1/wall-groups/{id}');

/** The alarms of the screen. @throws where no answer comes before the signal. */
export async function readScreenAlarms(signal: AbortSignal): Promise<ScreenAlarms> {
  const given = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  // Also the session, which is renewed before, may wait for a server that is silent.
  return Promise.race([take(client.GET('/api/v1/desk-alarms/of-screen', { signal })), given]);
}
