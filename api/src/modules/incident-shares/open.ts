import type { Open } from '../../platform/module.ts';
import { createShareGiving } from './give.ts';
import { createShareLooking } from './look.ts';
import { registerIncidentShares } from './routes.ts';

/** Links to incidents for named accounts. */
export const open: Open = ({ units, database, notices, services, evidence }) => {
  const incidents = services.get('incidents').service;
  const { configuration } = services.get('cameras');
  const giving = createShareGiving({ units, database, notices, incidents });
  const looking = createShareLooking({
    units,
    incidents,
    violations: services.get('violations').service,
    cameras: () => [...configuration.file.cameras, ...configuration.removed],
  });
  return { register: (app) => registerIncidentShares(app, { giving, looking, store: evidence }) };
};
