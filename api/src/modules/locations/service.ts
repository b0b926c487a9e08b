import type { Location } from '@anshi/contracts';
import type { Logger } from 'pino';
import { type Account, actorOf } from '../../platform/account.ts';
import type { Database } from '../../platform/database.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { latestLocations, saveLocations } from './repository.ts';

/** Fixes that come by the bus are written together, this often. */
const WRITE_EVERY_MS = 250;
const MOST_AT_ONCE = 500;
/** What waits while the database is away; the oldest beyond that are lost, and counted. */
const MOST_WAITING = 20_000;

export type LocationsService = ReturnType<typeof createLocationsService>;

export function createLocationsService(options: {
  database: Database;
  metrics: Metrics;
  log: Logger;
  tenant: string;
}) {
  const { database, metrics, log, tenant } = options;
  const actor = { tenant, user: null };
  let waiting: Location[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let away = false;

  const save = (locations: Location[]) =>
    database.transaction(actor, (tx) => saveLocations(tx, tenant, locations));

  async function write(): Promise<void> {
    timer = undefined;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST_AT_ONCE);
      try {
        await save(batch);
        metrics.locations.inc({ result: 'stored' }, batch.length);
        waiting = waiting.slice(batch.length);
        away = false;
      } catch (error) {
        if (!away) log.warn({ err: error }, 'locations wait until the database takes them');
        away = true;
        const lost = waiting.length - MOST_WAITING;
        if (lost > 0) {
          waiting = waiting.slice(lost);
          metrics.locations.inc({ result: 'lost' }, lost);
        }
        schedule(2_000);
        return;
      }
    }
  }

  function schedule(afterMs: number): void {
    timer ??= setTimeout(() => {
      writing = write();
    }, afterMs);
  }

  return {
    /** Takes a fix from the bus; it is written within a moment. */
    enqueue(location: Location): void {
      waiting.push(location);
      schedule(WRITE_EVERY_MS);
    },
    /** Writes at once: whoever sent them by HTTP is told that they are kept. */
    async save(locations: Location[]): Promise<void> {
      if (locations.length === 0) return;
      await save(locations);
      metrics.locations.inc({ result: 'stored' }, locations.length);
    },
    latest: (account: Account) => database.transaction(actorOf(account), latestLocations),
    /** Writes what waits. */
    async close(): Promise<void> {
      clearTimeout(timer);
      timer = undefined;
      await writing;
      await write();
      clearTimeout(timer);
    },
  };
}
