import { join } from 'node:path';
import type { Logger } from 'pino';
import { openAudit } from '../modules/audit/open.ts';
import { openWebhooks } from '../modules/webhooks/open.ts';
import { type Caller, systemCaller } from '../platform/access/caller.ts';
import { openAnchors } from '../platform/audit/anchors.ts';
import { startSealer } from '../platform/audit/sealer.ts';
import type { Bus } from '../platform/bus.ts';
import type { Database } from '../platform/db/database.ts';
import { createUnits, type Units } from '../platform/db/unit-of-work.ts';
import type { Module } from '../platform/http/app-types.ts';
import type { LiveEvents } from '../platform/live/live-events.ts';
import { openNotices } from '../platform/notices/open.ts';
import type { Notices } from '../platform/notices/types.ts';
import { startPublisher } from '../platform/outbox/publisher.ts';
import type { Sealed } from '../platform/sealed/sealed.ts';
import type { Settings } from '../platform/settings.ts';

/** How work is written down, and how others hear of it. */
export interface RecordOfWork {
  units: Units;
  notices: Notices;
  modules: Module[];
  /** Ends the sending and the sealing; what is being sent is sent. */
  close(): Promise<void>;
}

/**
 * Opens what stands behind a unit of work: the chain over the audit log with its anchors and the look
 * for unusual use, the events on the bus and to webhooks, and the notices of people.
 *
 * @param options.onAudit told of whoever left a line.
 */
export function openRecord(options: {
  settings: Settings;
  log: Logger;
  database: Database;
  bus: Bus;
  live: LiveEvents;
  sealed: Sealed;
  onAudit: (caller: Caller) => void;
}): RecordOfWork {
  const { settings, log, database, bus, live, sealed, onAudit } = options;
  const { tenant, apiId, dataDir, timeZone } = settings;
  const anchors = openAnchors({
    tenant,
    database,
    log,
    folder: join(dataDir, 'audit'),
    // A webhook can carry it to another house.
    tell: (anchor) =>
      units.run(systemCaller(tenant), (unit) =>
        unit.emit({ entity: 'audit', what: 'anchored', data: anchor }),
      ),
  });
  const sealer = startSealer({ database, tenant, log, anchors });
  const publisher = startPublisher({ database, bus, tenant, log });
  let webhooks: ReturnType<typeof openWebhooks> | undefined;
  const units = createUnits({
    database,
    onEvents: () => {
      publisher.nudge();
      webhooks?.nudge();
    },
    onAudit,
    onError: (error) => log.error({ err: error }, 'work after a commit failed'),
  });
  const told = openNotices({
    database,
    units,
    bus,
    live,
    sealed,
    log,
    tenant,
    apiId,
    dataDir,
    timeZone,
    settings: settings.notices,
    allow: settings.webhookAllow,
  });
  const { notices } = told;
  webhooks = openWebhooks({
    database,
    units,
    sealed,
    tenant,
    log,
    notices,
    allow: settings.webhookAllow,
  });
  const audit = openAudit({ database, units, tenant, log, notices, timeZone, dataDir });
  const { module: webhooksModule, close: closeWebhooks } = webhooks;
  return {
    units,
    notices,
    modules: [...told.modules, webhooksModule, audit.module],
    async close() {
      await told.close();
      await Promise.all([audit.close(), closeWebhooks(), publisher.close(), sealer.close()]);
    },
  };
}
