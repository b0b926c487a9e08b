import type { Module } from '../../platform/http/app-types.ts';
import type { Open } from '../../platform/module.ts';
import { readAllowList } from '../../platform/outbox/outward.ts';
import { startWebhooks } from '../../platform/outbox/webhooks.ts';
import { webhooksModule } from './routes.ts';
import { createWebhooksService } from './service.ts';

/** Assembles the webhooks of one tenant: administration, and delivery. */
function openWebhooks(
  options: Omit<Parameters<typeof startWebhooks>[0], 'allowed'> & {
    /** Allowed internal addresses, see {@link readAllowList}. */
    allow: readonly string[];
  },
): { module: Module; nudge(): void; close(): Promise<void> } {
  const { database, units, sealed } = options;
  const allowed = readAllowList(options.allow);
  const sender = startWebhooks({ ...options, allowed });
  const { nudge, close } = sender;
  const service = createWebhooksService({ database, units, sealed, allowed, nudge });
  return { module: webhooksModule(service), nudge, close };
}

export const open: Open = (platform) => {
  const { database, units, sealed, log, notices, settings } = platform;
  const { module, nudge, close } = openWebhooks({
    database,
    units,
    sealed,
    tenant: settings.tenant,
    log,
    notices,
    allow: settings.webhookAllow,
  });
  platform.onEvents(nudge);
  return { ...module, close };
};
