import { join } from 'node:path';
import type { Logger } from 'pino';
import { type Caller, systemCaller } from './access/caller.ts';
import { openAnchors } from './audit/anchors.ts';
import { startSealer } from './audit/sealer.ts';
import type { Bus } from './bus.ts';
import type { Database } from './db/database.ts';
import { createUnits, type Units } from './db/unit-of-work.ts';
import type { Module } from './http/app-types.ts';
import type { LiveEvents } from './live/live-events.ts';
import { openNotices } from './notices/open.ts';
import type { Notices } from './notices/types.ts';
import { startPublisher } from './outbox/publisher.ts';
import type { Sealed } from './sealed/sealed.ts';
import type { Settings } from './settings.ts';

/** Units of work, and the publication of their results. */
export interface RecordOfWork {
  units: Units;
  notices: Notices;
  modules: Module[];
  /** Called after each commit that wrote outgoing events. */
  onEvents(listener: (types: readonly string[]) => void): void;
  /** Stops sending and sealing, after the current work. */
  close(): Promise<void>;
}

/**
 * Opens the services behind a unit of work: the audit chain with its anchors, the events on the
 * bus, and the notices.
 *
 * @param options.onAudit called with the caller of each unit with audit lines.
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
    // A webhook can forward it to another site.
    tell: (anchor) =>
      units.run(systemCaller(tenant), (unit) =>
        unit.emit({ entity: 'audit', what: 'anchored', data: anchor }),
      ),
  });
  const sealer = startSealer({ database, tenant, log, anchors });
  const publisher = startPublisher({ database, bus, tenant, log });
  const listeners: ((types: readonly string[]) => void)[] = [() => publisher.nudge()];
  const units = createUnits({
    database,
    onEvents: (types) => {
      for (const listener of listeners) listener(types);
    },
    onAudit,
    onError: (error) => log.error({ err: error }, 'work after a commit failed'),
  });
  const { notices, modules, close } = openNotices({
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
  return {
    units,
    notices,
    modules,
    onEvents: (listener) => void listeners.push(listener),
    async close() {
      await close();
      await Promise.all([publisher.close(), sealer.close()]);
    },
  };
}
