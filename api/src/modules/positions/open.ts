import type { Loop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { type PositionsPublisher, publishPositions } from './publish.ts';
import { createPlanReferences } from './references.ts';
import { registerPlanReferences, registerReaderPlaces } from './routes.ts';
import { createReaderPlaces } from './service.ts';
import { publishPositionsState } from './state.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    positions: Pick<PositionsPublisher, 'take'>;
  }
}

/** Where badges are, for workers: of people who agreed to be named in video, under handles of a day. */
export const open: Open = (platform) => {
  const publisher = publishPositions(platform);
  let loop: Loop | null = null;
  platform.services.provide('positions', { take: publisher.take });
  platform.onEvents((types) => {
    // Consent withdrawn, badge handed in, person left: told at once.
    if (types.some((type) => /^cn\.anshi\.(consent|person)\./.test(type))) loop?.nudge();
  });
  const places = createReaderPlaces(platform);
  const references = createPlanReferences(platform);
  return {
    register(app) {
      registerReaderPlaces(app, places);
      registerPlanReferences(app, references);
    },
    start() {
      loop = publishPositionsState(platform);
      loop.nudge();
    },
    async close() {
      await loop?.close();
      await publisher.close();
    },
  };
};
