import type { Open } from '../../platform/module.ts';
import { createAliases } from './aliases.ts';
import { createStatementList } from './list.ts';
import { registerPersonnel } from './routes.ts';
import { createPersonnel } from './service.ts';

/** Statements of personnel systems, and what these call people. */
export const open: Open = (platform) => {
  const { units, settings, services } = platform;
  const { stated, onStated } = services.get('peopleSteps');
  const moves = services.get('peopleMoves');
  const personnel = createPersonnel({ ...platform, moves, steps: stated });
  onStated(personnel.applyPlanned);
  return {
    register: (app) =>
      registerPersonnel(app, {
        personnel,
        list: createStatementList({ units }),
        aliases: createAliases({ units }),
        tenant: settings.tenant,
      }),
  };
};
