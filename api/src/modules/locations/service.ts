import type { Location } from '@anshi/contracts';
import type { Logger } from 'pino';
import { type Account, actorOf } from '../../platform/access/account.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { isRefusedByDatabase } from '../../platform/db/database-errors.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { takeTime } from '../../platform/outside-time.ts';
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
  /** Leaves out the positions of people who do not agree to being followed. */
  permitted(tx: Transaction, locations: Location[]): Promise<Location[]>;
  /** Hears of each fix as it arrives, before it is written. */
  arrived(location: Location): void;
}) {
  const { database, metrics, log, tenant, permitted, arrived } = options;
  const actor = { tenant, user: null };
  let waiting: Location[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let away = false;

  async function save(locations: Location[]): Promise<void> {
    const kept = await database.transaction(actor, async (tx) => {
      const allowed = await permitted(tx, locations);
      if (allowed.length > 0) await saveLocations(tx, tenant, allowed);
      return allowed.length;
    });
    if (kept > 0) metrics.locations.inc({ result: 'stored' }, kept);
    const left = locations.length - kept;
    if (left > 0) metrics.locations.inc({ result: 'no-consent' }, left);
  }

  /** One by one, so that a fix that no table can hold keeps none of the others back. */
  async function saveWithoutRefused(locations: Location[]): Promise<void> {
    try {
      await save(locations);
    } catch (error) {
      if (!isRefusedByDatabase(error)) throw error;
      if (locations.length > 1) {
        for (const location of locations) await saveWithoutRefused([location]);
        return;
      }
      metrics.locations.inc({ result: 'refused' });
      log.warn({ err: error, source: locations[0]?.source }, 'a location cannot be stored');
    }
  }

  /** One at a time: two at once would each strike off what the other has not written. */
  function write(): Promise<void> {
    writing ??= writeAll().finally(() => {
      writing = undefined;
    });
    return writing;
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST_AT_ONCE);
      try {
        await saveWithoutRefused(batch);
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
      timer = undefined;
      void write();
    }, afterMs);
  }

  /** Those whose time can be; one of a clock that is ahead gets the time at which it was received. */
  function timed(locations: readonly Location[]): Location[] {
    const now = Date.now();
    return locations.flatMap((location) => {
      const time = takeTime(metrics, 'location', location.timestamp_generated, now);
      if (time.result !== 'taken') {
        metrics.locations.inc({ result: 'refused' });
        log.warn(
          { source: location.source, at: location.timestamp_generated },
          'a location has a time that cannot be',
        );
        return [];
      }
      const isAhead = Date.parse(location.timestamp_generated) > time.at;
      return isAhead
        ? { ...location, timestamp_generated: new Date(time.at).toISOString() }
        : location;
    });
  }

  return {
    /** Takes a fix from the bus; it is written within a moment. */
    enqueue(location: Location): void {
      const [kept] = timed([location]);
      if (!kept) return;
      arrived(kept);
      waiting.push(kept);
      schedule(WRITE_EVERY_MS);
    },
    /**
     * Writes immediately: the response confirms that the locations are stored.
     *
     * @returns how many have a time that can be.
     */
    async save(locations: Location[]): Promise<number> {
      const kept = timed(locations);
      for (const one of kept) arrived(one);
      if (kept.length > 0) await save(kept);
      return kept.length;
    },
    latest: (account: Account) =>
      database.transaction(actorOf(account), (tx) => latestLocations(tx, account)),
    /** Writes what waits. */
    async close(): Promise<void> {
      await writing;
      await write();
      clearTimeout(timer);
    },
  };
}
