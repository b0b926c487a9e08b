import type { Loop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { createAnnouncing } from './announce.ts';
import { createDesk } from './desk.ts';
import { createInductions } from './inductions.ts';
import { createVisitList } from './list.ts';
import { watchVisits } from './loop.ts';
import { createPool } from './pool.ts';
import { registerVisits } from './routes.ts';
import { createTell } from './tell.ts';
import { createWatchCheck } from './watch-check.ts';
import { createWatchList } from './watch-list.ts';

/** Visits from the announcement to the leaving, with watch list, inductions and lent badges. */
export const open: Open = (platform) => {
  const { services, notices } = platform;
  const tell = createTell(notices);
  const watch = createWatchCheck({ ...platform, tell });
  const inductions = createInductions(platform);
  const pool = createPool(platform);
  const parts = {
    ...platform,
    moves: services.get('peopleMoves'),
    badges: services.get('peopleBadges'),
    tell,
    watch,
  };
  const desk = createDesk({ ...parts, inductions, pool });
  let loop: Loop | null = null;
  return {
    register: (app) =>
      registerVisits(app, {
        announcing: createAnnouncing(parts),
        list: createVisitList(platform),
        watchList: createWatchList(platform),
        desk,
        inductions,
        pool,
        watch,
      }),
    start() {
      loop = watchVisits({ ...platform, tell, desk });
    },
    close: () => loop?.close(),
  };
};
