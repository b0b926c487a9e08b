import { operation } from '$lib/api/operation.ts';
import { IceServers } from './ice-servers.ts';

/** What stands in a tile until the first frame of its video. */
export const readStill = operation.GET('/api/v1/live/{camera}/still');
const getIceServers = operation.GET('/api/v1/live/ice-servers');

/** Of all tiles of the page. */
export const iceServers = new IceServers({
  ask: async () =>
    (await getIceServers()).iceServers.map(({ urls, username, credential }) => ({
      urls,
      ...(username !== undefined && { username }),
      ...(credential !== undefined && { credential }),
    })),
});
