import { operation } from '$lib/api/operation.ts';
import { IceServers } from './ice-servers.ts';
import { StillFeed } from './still-feed.ts';

const listStills = operation.GET('/api/v1/live/stills');
const getIceServers = operation.GET('/api/v1/live/ice-servers');

/** What stands in the tiles of the page until the first frame of their video, and while nothing happens. */
export const stillFeed = new StillFeed((cameras) => listStills({ cameras }));

/** Of all tiles of the page. */
export const iceServers = new IceServers({
  ask: async () =>
    (await getIceServers()).iceServers.map(({ urls, username, credential }) => ({
      urls,
      ...(username !== undefined && { username }),
      ...(credential !== undefined && { credential }),
    })),
});
