import type { Open } from '../../platform/module.ts';
import { createShareGiving } from './give.ts';
import { createGivers } from './givers.ts';
import { createShareLooking } from './look.ts';
import { registerIncidentShares } from './routes.ts';

/** Links to incidents for named accounts. */
export const open: Open = ({ units, database, accounts, notices, services, evidence }) => {
  const incidents = services.get('incidents').service;
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
