import type { Open } from '../../platform/module.ts';
import { createBoard } from './board.ts';
import { registerPresence } from './routes.ts';
import { createWays } from './ways.ts';

/** Browsers hear at most so often that the board changed, ms. */
const PUSH_EVERY_MS = 2_000;

/** Who is at the post now, and the ways of people played again. */
export const open: Open = (platform) => {
  const { live, services, settings } = platform;
  let timer: NodeJS.Timeout | undefined;
  live.offer('presence');
  // Nothing but that it changed: each browser asks for what its account sees.
  services.get('fixes').onNews(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      live.push(settings.tenant, 'presence', { type: 'presence' });
    }, PUSH_EVERY_MS);
    timer.unref();
  });
  return {
    register: (app) =>
      registerPresence(app, { board: createBoard(platform), ways: createWays(platform) }),
    close: () => clearTimeout(timer),
  };
};
