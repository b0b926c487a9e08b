import type { Open } from '../../platform/module.ts';
import { keepDemoShare } from './demo.ts';
import { createShareGiving } from './give.ts';
import { createGivers } from './givers.ts';
import { createShareLooking } from './look.ts';
import { registerIncidentShares } from './routes.ts';

/** Links to incidents for named accounts. */
export const open: Open = ({
  units,
  database,
  accounts,
  notices,
  services,
  evidence,
  settings,
}) => {
  const { service: incidents, events } = services.get('incidents');
  if (settings.demo?.records) events.follow(keepDemoShare);
  const { configuration } = services.get('cameras');
  const givers = createGivers({ database, accounts, incidents });
  const giving = createShareGiving({ units, database, notices, incidents, givers });
  const looking = createShareLooking({
    units,
    incidents,
    givers,
    violations: services.get('violations').service,
    cameras: () => [...configuration.file.cameras, ...configuration.removed],
  });
  return { register: (app) => registerIncidentShares(app, { giving, looking, store: evidence }) };
};
