import { routesOf } from '../../platform/kit/routes.ts';
import type { Open } from '../../platform/module.ts';
import { incidentChain } from './schema.ts';
import { createIncidentChains } from './service.ts';

/** An incident with what led to it, met it and followed it. */
export const open: Open = ({ units, features, services, settings }) => {
  const incidents = services.get('incidents').service;
  const chains = createIncidentChains({ units, features, incidents, timeZone: settings.timeZone });
  return {
    register(app) {
      const route = routesOf(app, 'incidents');
      route.get('/incidents/:id/chain', {
        permission: 'violation:read',
        operationId: 'getIncidentChain',
        summary: 'Reads what led to an incident, met it and followed it, in the order of time',
        description:
          'From all modules, at most 20 entries of a kind. What the account may not read, or what belongs to a module that is off, is left out as if it was not there.',
        answer: incidentChain,
        handle: ({ user, params }) => chains.read(user, params.id),
      });
    },
  };
};
