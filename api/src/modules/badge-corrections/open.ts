import type { Open } from '../../platform/module.ts';
import { registerBadgeCorrections } from './routes.ts';
import { createBadgeCorrections } from './service.ts';

/** Corrections of badge bindings, which also move the records that were resolved by them. */
export const open: Open = ({ units, obligations, settings, services }) => {
  const corrections = createBadgeCorrections({
    units,
    timeZone: settings.timeZone,
    events: services.get('violations').events,
    incidents: services.get('incidents').service,
    files: services.get('safetyFile'),
    obligations,
  });
  return { register: (app) => registerBadgeCorrections(app, corrections) };
};
