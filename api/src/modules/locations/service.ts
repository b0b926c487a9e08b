import type { Location } from '@anshi/contracts';
import type { Logger } from 'pino';
import { type Account, actorOf } from '../../platform/access/account.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { isRefusedByDatabase } from '../../platform/db/database-errors.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { takeTime } from '../../platform/outside-time.ts';
import type { Received, Taken } from './intake.ts';
import { latestLocations } from './repository.ts';
import { createSeen, keyOfFix } from './seen.ts';

/** Fixes that come by the bus are written together, this often. */
const WRITE_EVERY_MS = 250;
const MOST_AT_ONCE = 500;
/** Queue limit while the database is down or hangs; older fixes are dropped and counted. */
const MOST_WAITING = 20_000;
/** Fixes that wait for so long are not heard in time, ms. */
const BEHIND_MS = 10_000;

/** A fix that waits to be stored. */
type Waiting = Omit<Received, 'isDouble'>;

/** A fix from the bus. */
interface Queued extends Waiting {
  /** Redelivery by the broker. */
  readonly isAgain: boolean;
  /** Acknowledges it: it is stored or dropped. */
  done(): void;
}

export type LocationsService = ReturnType<typeof createLocationsService>;

export function createLocationsService(options: {
  database: Database;
  metrics: Metrics;
  log: Logger;
  tenant: string;
  /** Stores them, as far as they may be. */
  store(tx: Transaction, received: readonly Received[]): Promise<Taken>;
  /** Called after a commit. */
  stored(taken: Taken): void;
  /** Hears of each fix as it arrives, before it is written. */
  arrived(location: Location): void;
  /** Whether positions are taken: what is switched off collects nothing. */
  isOn(): Promise<boolean>;
}) {
  const { database, metrics, log, tenant, store, stored, arrived, isOn } = options;
  const seen = createSeen();
  const actor = { tenant, user: null };
  let waiting: Queued[] = [];
  /** Number of fixes at the front of the queue that are being written. */
  let inWrite = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let away = false;

  /** Those that were stored before, or are there twice, are doubles; a fix is known once it is committed. */
  async function save(fixes: readonly (Waiting & { isAgain?: boolean })[]): Promise<void> {
    if (!(await isOn())) return metrics.locations.inc({ result: 'off' }, fixes.length);
    const keys = new Set<string>();
    const received = fixes.flatMap(({ location, receivedAt, claimedAt, isAgain }): Received[] => {
      const key = keyOfFix(location, claimedAt);
      const isDouble = seen.has(key) || keys.has(key);
      keys.add(key);
      // A redelivery is no duplicate of the sender.
      return isDouble && isAgain ? [] : [{ location, receivedAt, claimedAt, isDouble }];
    });
    if (received.length === 0) return;
    const taken = await database.transaction(actor, (tx) => store(tx, received));
    for (const key of keys) seen.add(key);
    if (taken.stored > 0) metrics.locations.inc({ result: 'stored' }, taken.stored);
    const left = received.length - taken.stored;
    if (left > 0) metrics.locations.inc({ result: 'no-consent' }, left);
    stored(taken);
  }

  /** One by one, so that a fix that no table can hold keeps none of the others back. */
  async function saveWithoutRefused(received: readonly Queued[]): Promise<void> {
    try {
      await save(received);
      finish(received.length);
    } catch (error) {
      if (!isRefusedByDatabase(error)) throw error;
      if (received.length > 1) {
        for (const one of received) await saveWithoutRefused([one]);
        return;
      }
      metrics.locations.inc({ result: 'refused' });
      log.warn({ err: error, source: received[0]?.location.source }, 'a location cannot be stored');
      finish(1);
    }
  }

  /** Removes stored or dropped fixes from the front of the queue and acknowledges their messages. */
  function finish(count: number): void {
    const over = waiting.slice(0, count);
    waiting = waiting.slice(count);
    inWrite = Math.max(0, inWrite - count);
    for (const { done } of over) done();
  }

  /** Drops the oldest fixes that are not being written. */
  function limit(): void {
    const beyond = waiting.length - MOST_WAITING;
    const lost = waiting.slice(inWrite, inWrite + beyond);
    waiting = [...waiting.slice(0, inWrite), ...waiting.slice(inWrite + beyond)];
    metrics.locations.inc({ result: 'lost' }, lost.length);
    for (const { done } of lost) done();
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
      inWrite = batch.length;
      try {
        await saveWithoutRefused(batch);
        away = false;
      } catch (error) {
        if (!away) log.warn({ err: error }, 'locations wait until the database takes them');
        away = true;
        inWrite = 0;
        if (waiting.length > MOST_WAITING) limit();
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
  function timed(locations: readonly Location[]): Waiting[] {
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
      const claimed = Date.parse(location.timestamp_generated);
      // Clocks differ by moments; such a fix keeps its time, which is the same in each process.
      const isAhead = time.clamped;
      const at = new Date(time.at).toISOString();
      return {
        location: isAhead ? { ...location, timestamp_generated: at } : location,
        receivedAt: now,
        claimedAt: isAhead ? claimed : null,
      };
    });
  }

  return {
    /**
     * Takes a fix from the bus; it is written within a moment.
     *
     * @param isAgain redelivery by the broker.
     * @returns resolves once it is committed, refused, switched off or dropped.
     */
    enqueue(location: Location, isAgain = false): Promise<void> {
      const [kept] = timed([location]);
      if (!kept) return Promise.resolve();
      arrived(kept.location);
      return new Promise((done) => {
        waiting.push({ ...kept, isAgain, done });
        // In batches: each call copies the queue.
        if (waiting.length > MOST_WAITING + MOST_AT_ONCE) limit();
        schedule(WRITE_EVERY_MS);
      });
    },
    /**
     * Writes immediately: the response confirms that the locations are stored.
     *
     * @returns how many have a time that can be.
     */
    async save(locations: Location[]): Promise<number> {
      const kept = timed(locations);
      for (const one of kept) arrived(one.location);
      if (kept.length > 0) await save(kept);
      return kept.length;
    },
    /** What came by the bus is not stored yet: the database is away, or slow. */
    isBehind: () =>
      away || (waiting[0]?.receivedAt ?? Number.POSITIVE_INFINITY) < Date.now() - BEHIND_MS,
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
