import {
  type Location,
  type PositionFix,
  type PositionsContent,
  positionsNotice,
  topics,
} from '@anshi/contracts';
import { textSignature } from '@anshi/contracts/bus-signature';
import type { Platform } from '../../platform/module.ts';
import { credentialsInForce } from '../devices/revoked.ts';
import { readEarthPlans } from './earth.ts';
import { dayAt, wearersOf } from './handles.ts';
import { placeOf } from './places.ts';
import { sizesOf } from './plans.ts';
import { readPlaces } from './reader-places.ts';
import { type Arrived, WaitingPositions } from './waiting.ts';

/** Fixes are told together, so long after the first of them, ms. */
const BATCH_MS = 120;
/** What comes later than this tells a worker nothing about who it sees, ms. */
const LATEST_MS = 60_000;
/**
 * What arrives so soon after a badge was given or a consent, ms, may be of before: the clocks of readers are
 * up to 4 s ahead.
 */
const GUARD_MS = 6_000;
/** Positions that wait for one batch, of each badge and of all: what is beyond is lost. */
const WAITING = { mostOfBadge: 20, most: 20_000 };
/** Fixes of one message: well below what a packet of the broker holds. */
const MOST_AT_ONCE = 300;

export interface PositionsPublisher {
  /** Takes a fix as it arrives; workers are told of it where its wearer agreed. */
  take(location: Location): void;
  close(): Promise<void>;
}

/** What of the platform signs a message for each worker. */
type Signing = Pick<Platform, 'busSigner'>;

/** A content with a signature for each worker, as text. */
export function signedFor(
  { busSigner }: Signing,
  workers: readonly string[],
  topic: string,
  content: string,
): string {
  const signatures = Object.fromEntries(
    workers.map((worker) => [worker, textSignature(busSigner.keyOf(worker), topic, content)]),
  );
  return JSON.stringify(positionsNotice.parse({ content, signatures }));
}

/** The workers that may hear of positions. */
export const workersInForce = async (
  tx: Parameters<typeof credentialsInForce>[0],
): Promise<string[]> => [...(await credentialsInForce(tx, 'worker')).inForce].sort();

/**
 * Tells workers where badges are whose wearers agreed to it, under handles. Whether they do is read from
 * the database for each batch, just before it is told: a withdrawal counts from the next batch on. While
 * the database or the broker is away, nothing is told, and nothing is made up for.
 */
export function publishPositions(
  platform: Pick<
    Platform,
    'bus' | 'busSigner' | 'database' | 'features' | 'metrics' | 'services' | 'settings' | 'log'
  >,
): PositionsPublisher {
  const { bus, database, features, metrics, services, settings, log } = platform;
  const { tenant, timeZone } = settings;
  const { configuration } = services.get('cameras');
  const waiting = new WaitingPositions(WAITING);
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let away = false;
  const count = (result: string, n: number) => {
    if (n > 0) metrics.positions.inc({ result }, n);
  };

  function schedule(): void {
    if (timer || running) return;
    timer = setTimeout(() => {
      timer = undefined;
      running = flush().finally(() => {
        running = undefined;
        if (waiting.size > 0) schedule();
      });
    }, BATCH_MS);
    timer.unref();
  }

  async function flush(): Promise<void> {
    const batch = waiting.takeAll();
    if (!bus.connected || !features.isOn('positioning')) return count('lost', batch.length);
    try {
      await tell(batch);
      away = false;
    } catch (error) {
      count('lost', batch.length);
      if (!away) log.warn({ err: error }, 'workers hear of no positions');
      away = true;
    }
  }

  async function tell(batch: readonly Arrived[]): Promise<void> {
    const now = new Date();
    const plans = new Set(
      configuration.file.sites.flatMap((site) => site.floorPlans.map(({ id }) => id)),
    );
    const { places, wearers, workers } = await database.transaction(
      { tenant, user: null },
      async (tx) => {
        const badges = [...new Set(batch.map(({ location }) => location.provider_id))];
        const wearers = await wearersOf(tx, tenant, dayAt(timeZone, now), badges);
        // At most sites no wearer agreed, or no worker listens.
        if (wearers.size === 0)
          return { places: { plans, readers: new Map(), earth: [] }, wearers, workers: [] };
        const readers = await readPlaces(tx);
        const earth = await readEarthPlans(tx, sizesOf(configuration.file.sites));
        return { places: { plans, readers, earth }, wearers, workers: await workersInForce(tx) };
      },
    );
    const byPlan = new Map<string, PositionFix[]>();
    let [withoutConsent, withoutPlace, late] = [0, 0, 0];
    for (const { location, arrivedAt } of batch) {
      const wearer = wearers.get(location.provider_id);
      const at = new Date(location.timestamp_generated);
      if (
        !wearer ||
        at < wearer.since ||
        Date.parse(arrivedAt) < wearer.since.getTime() + GUARD_MS
      ) {
        withoutConsent += 1;
        continue;
      }
      if (Date.parse(arrivedAt) - at.getTime() > LATEST_MS) {
        late += 1;
        continue;
      }
      const placed = placeOf(location, places);
      if (!placed) {
        withoutPlace += 1;
        continue;
      }
      const { floorPlan, ...place } = placed;
      const fixes = byPlan.get(floorPlan) ?? [];
      const { handle } = wearer;
      fixes.push({ handle, reader: location.source, at: at.toISOString(), arrivedAt, ...place });
      byPlan.set(floorPlan, fixes);
    }
    count('not-agreed', withoutConsent);
    count('no-place', withoutPlace);
    count('late', late);
    for (const [floorPlan, fixes] of byPlan) {
      const topic = topics.positions(tenant, floorPlan);
      for (let from = 0; from < fixes.length; from += MOST_AT_ONCE) {
        const some = fixes.slice(from, from + MOST_AT_ONCE);
        const at = new Date().toISOString();
        const content = JSON.stringify({ floorPlan, at, fixes: some } satisfies PositionsContent);
        bus.publishOnce(topic, signedFor(platform, workers, topic, content));
        count('told', some.length);
        for (const { arrivedAt } of some) {
          metrics.positionSeconds.observe((Date.parse(at) - Date.parse(arrivedAt)) / 1000);
        }
      }
    }
  }

  return {
    take(location) {
      count('lost', waiting.add({ location, arrivedAt: new Date().toISOString() }));
      schedule();
    },
    async close() {
      clearTimeout(timer);
      waiting.takeAll();
      await running;
    },
  };
}
