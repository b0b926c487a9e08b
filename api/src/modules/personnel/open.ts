import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { createAliases } from './aliases.ts';
import { createStatementList } from './list.ts';
import { registerPersonnel } from './routes.ts';
import { createPersonnel } from './service.ts';

/** How soon after midnight a planned statement is applied, ms. */
const LOOK_MS = 10_000;

/** Statements of personnel systems, and what these call people. */
export const open: Open = (platform) => {
  const { units, settings, features, services, log } = platform;
  const personnel = createPersonnel({ ...platform, moves: services.get('peopleMoves') });
  const { tenant } = settings;
  let loop: Loop | null = null;
  return {
    register: (app) =>
      registerPersonnel(app, {
        personnel,
        list: createStatementList({ units }),
        aliases: createAliases({ units }),
        tenant,
      }),
    start() {
      loop = startLoop({
        name: 'planned statements of personnel systems',
        log,
        everyMs: LOOK_MS,
        pass: async () => features.isOn('people') && (await personnel.applyDue(tenant)),
      });
    },
    async close() {
      await loop?.close();
    },
  };
};
