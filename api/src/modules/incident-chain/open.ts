import { createViews } from '../../platform/audit/views.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { Open } from '../../platform/module.ts';
import { createScenes } from './scene.ts';
import { incidentScene } from './scene-schema.ts';
import { incidentChain } from './schema.ts';
import { createIncidentChains } from './service.ts';
import { createSubjects } from './subject.ts';

/** An incident with what led to it, met it and followed it, and its place. */
export const open: Open = ({ units, features, services, settings }) => {
  const incidents = services.get('incidents').service;
  const subjects = createSubjects({ incidents, timeZone: settings.timeZone });
  const chains = createIncidentChains({ units, features, subjects });
  const scenes = createScenes({
    units,
    features,
    views: createViews(units),
    subjects,
    cameras: services.get('cameras'),
  });
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
      route.get('/incidents/:id/scene', {
        permission: 'violation:read',
        operationId: 'getIncidentScene',
        summary: 'Reads the place of an incident, its cameras, its machines and who was near',
        description: 'A look at positions of people or vehicles is a line in the audit log.',
        answer: incidentScene,
        handle: async ({ user, params, reply }) => {
          reply.header('cache-control', 'no-store');
          return scenes.read(user, params.id);
        },
      });
    },
  };
};
