import type { Loop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { publishArming } from './publish.ts';
import { registerArming } from './routes.ts';
import { createArmingService } from './service.ts';

/** What of each zone is armed: by machine, shift, calendar or work permit. */
export const open: Open = (platform) => {
  let loop: Loop | null = null;
  platform.onEvents((types) => {
    // A permit that was stopped arms at once.
    if (types.some((type) => type.startsWith('cn.anshi.permit.'))) loop?.nudge();
  });
  return {
    register: (app) => registerArming(app, createArmingService(platform)),
    start() {
      loop = publishArming(platform);
      loop.nudge();
    },
    close: () => loop?.close(),
  };
};
