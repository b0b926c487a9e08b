import { createViews } from '../../platform/audit/views.ts';
import type { Open } from '../../platform/module.ts';
import { createViolationEvents, type ViolationEvents } from './events.ts';
import { findViolation } from './repository.ts';
import { violationsModule } from './routes.ts';
import { createViolationsService, type ViolationsService } from './service.ts';
import { showViolation, withNames } from './view.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    violations: { service: ViolationsService; events: ViolationEvents };
  }
}

export const open: Open = (platform) => {
  const { settings, database, units, bus, live, evidence, services, log } = platform;
  const { tenant } = settings;
  const events = createViolationEvents({
    bus,
    live,
    log,
    tenant,
    async read(of, account, id) {
      if (account) return service.find(account, id);
      const actor = { tenant: of, user: null };
      return database.transaction(actor, async (tx) => {
        const row = await findViolation(tx, id);
        return row && ((await withNames(tx, [showViolation(row)]))[0] ?? null);
      });
    },
  });
  const service: ViolationsService = createViolationsService({
    database,
    units,
    store: evidence,
    events,
    views: createViews(units),
  });
  services.provide('violations', { service, events });
  return violationsModule(service, evidence);
};
