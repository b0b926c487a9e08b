import { createViews } from '../../platform/audit/views.ts';
import type { Loop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { createViolationEvents, type ViolationEvents } from './events.ts';
import { startReviewNotices } from './notify-reviewers.ts';
import { violationsModule } from './routes.ts';
import { createViolationsService, type ViolationsService } from './service.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    violations: { service: ViolationsService; events: ViolationEvents };
  }
}

export const open: Open = (platform) => {
  const { settings, database, units, bus, live, evidence, services, notices, features, log } =
    platform;
  const events = createViolationEvents({ bus, live, tenant: settings.tenant });
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
      const { tenant, timeZone } = settings;
      const parts = { database, units, notices, features, tenant, timeZone, log };
      reviewNotices = startReviewNotices(parts);
    },
    close: () => reviewNotices?.close(),
  };
};
