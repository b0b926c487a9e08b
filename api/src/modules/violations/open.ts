import { createViews } from '../../platform/audit/views.ts';
import type { Open } from '../../platform/module.ts';
import { announceViolations, type ViolationEvents } from './events.ts';
import { violationsModule } from './routes.ts';
import { createViolationsService, type ViolationsService } from './service.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    violations: { service: ViolationsService; events: ViolationEvents };
  }
}

export const open: Open = ({ settings, database, units, bus, live, evidence, services }) => {
  const { tenant, apiId } = settings;
  const events = announceViolations({ bus, live, apiId, tenant });
  const service = createViolationsService({
    database,
    units,
    store: evidence,
    events,
    views: createViews(units),
  });
  services.provide('violations', { service, events });
  return violationsModule(service, evidence);
};
