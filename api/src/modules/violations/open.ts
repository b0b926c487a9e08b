import { createViews } from '../../platform/audit/views.ts';
import type { Loop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { createViolationEvents, type ViolationEvents } from './events.ts';
import { startReviewNotices } from './notify-reviewers.ts';
import { findViolation } from './repository.ts';
import { violationsModule } from './routes.ts';
import { createViolationsService, type ViolationsService } from './service.ts';
import { showViolation } from './view.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    violations: { service: ViolationsService; events: ViolationEvents };
  }
}

export const open: Open = (platform) => {
  const { settings, database, units, bus, live, evidence, services, notices, features, log } =
    platform;
  const { tenant } = settings;
  const events = createViolationEvents({
    bus,
    live,
    log,
    tenant,
    async read(id) {
      const row = await database.transaction({ tenant, user: null }, (tx) => findViolation(tx, id));
      return row && showViolation(row);
    },
  });
  const service = createViolationsService({
    database,
    units,
    store: evidence,
    events,
    views: createViews(units),
  });
  services.provide('violations', { service, events });
  let reviewNotices: Loop | null = null;
  return {
    ...violationsModule(service, evidence),
    start() {
      const { timeZone } = settings;
      const parts = { database, units, notices, features, tenant, timeZone, log };
      reviewNotices = startReviewNotices(parts);
    },
    close: () => reviewNotices?.close(),
  };
};
