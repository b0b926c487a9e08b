import type { Location } from '@anshi/contracts';
import type { Transaction } from '../../platform/db/database.ts';
import { grouped } from '../../platform/kit/grouped.ts';
import type { Platform } from '../../platform/module.ts';
import { readEarthPlans } from '../positions/earth.ts';
import { sizesOf } from '../positions/plans.ts';
import { readPlaces } from '../positions/reader-places.ts';
import { noteSaid } from './conditions.ts';
import { type Fix, judgeFixes, type TagState } from './judge.ts';
import { withoutLeavers } from './leavers.ts';
import { type Ground, groundPlace, readAreas } from './placing.ts';
import { addToHistory, type JudgedLocation, moveLatest } from './repository.ts';
import { readSettings } from './settings.ts';
import { lockTags, writeTags } from './tags.ts';

/** A location as it was received. */
export interface Received {
  readonly location: Location;
  /** Ms since the epoch, by our clock. */
  readonly receivedAt: number;
  /** What a clock said that is ahead. */
  readonly claimedAt: number | null;
  readonly isDouble: boolean;
}

/** The fixes of one badge of one batch, in the order of their times. */
export interface FixesOfBadge {
  readonly badge: string;
  readonly fixes: readonly JudgedLocation[];
  /** Before and after them. */
  readonly before: TagState | null;
  readonly now: TagState;
}

/**
 * Takes ordered fixes of badges in the transaction that stores them. The badges are locked: of one badge, batches come one
 * after the other, also with several processes. A fix that is flagged as late comes with its own time.
 */
export type FixConsumer = (tx: Transaction, badges: readonly FixesOfBadge[]) => Promise<void>;

/** Consumers of the tags of vehicles, and which of these names are such tags. */
export interface VehicleTags {
  among(tx: Transaction, names: readonly string[]): Promise<ReadonlySet<string>>;
  take: FixConsumer;
}

/** What a batch changed. */
export interface Taken {
  readonly stored: number;
  /** Some badge is in other areas than before, or was heard after a silence. */
  readonly isNews: boolean;
  /** A badge says something of itself that people may have to be told. */
  readonly says: boolean;
}

/**
 * Stores received locations: flagged, placed, the latest of each badge moved, what is known of it written.
 *
 * @param options.permitted leaves out positions of people who did not agree to being followed.
 */
export function createIntake(
  { services, settings }: Pick<Platform, 'services' | 'settings'>,
  permitted: (tx: Transaction, locations: Location[]) => Promise<Location[]>,
) {
  const { tenant } = settings;
  const { configuration } = services.get('cameras');
  const consumers: FixConsumer[] = [];
  let vehicles: VehicleTags | null = null;

  async function readGround(tx: Transaction): Promise<Ground> {
    const sizes = sizesOf(configuration.file.sites);
    const [readers, areas] = [await readPlaces(tx), await readAreas(tx)];
    const earth = await readEarthPlans(tx, sizes);
    return { sizes, plans: new Set(sizes.keys()), readers, areas, earth };
  }

  async function take(tx: Transaction, received: readonly Received[]): Promise<Taken> {
    const allowed = new Set(
      await permitted(
        tx,
        received.map(({ location }) => location),
      ),
    );
    // A call for help is heard of those, too, who are not followed: it is told without a place.
    const saysSelf = await noteSaid(tx, tenant, received, (one) => allowed.has(one.location));
    const { left: stored, says: saysLeft } = await withoutLeavers(
      tx,
      tenant,
      received.filter(({ location }) => allowed.has(location)),
      async (names) => (await vehicles?.among(tx, names)) ?? new Set(),
    );
    const says = saysLeft || saysSelf;
    if (stored.length === 0) return { stored: 0, isNews: false, says };
    const ground = await readGround(tx);
    const settingOf = await readSettings(tx);
    const byBadge = grouped(stored, ({ location }) => location.provider_id);
    const known = await lockTags(tx, [...byBadge.keys()]);
    const batch = [...byBadge].map(([badge, own]): FixesOfBadge => {
      const before = known.get(badge) ?? null;
      const fixes = own.map((one) => ({ one, fix: fixOf(one, ground) }));
      const plan = fixes.find(({ fix }) => fix.place?.floorPlan)?.fix.place?.floorPlan;
      const setting = settingOf(plan ? (ground.sizes.get(plan)?.site ?? null) : null);
      const { state, judged } = judgeFixes(
        before,
        fixes.map(({ fix }) => fix),
        { keepMs: setting.keepSeconds * 1000, goneMs: setting.goneHours * 3_600_000 },
      );
      const locations = new Map(fixes.map(({ one, fix }) => [fix, one.location]));
      return {
        badge,
        before,
        now: state,
        fixes: judged.map((one) => ({ ...one, location: locations.get(one.fix) as Location })),
      };
    });
    const judged = batch.flatMap(({ fixes }) => fixes);
    await addToHistory(tx, tenant, judged);
    const moving = judged.filter(({ moves }) => moves);
    if (moving.length > 0) await moveLatest(tx, tenant, moving);
    await writeTags(tx, tenant, new Map(batch.map(({ badge, now }) => [badge, now])));
    await consume(tx, batch);
    const isNews = batch.some(
      ({ before, now }) =>
        before === null ||
        String(before.place?.areas) !== String(now.place?.areas) ||
        before.isOut !== now.isOut ||
        now.heardAt - before.heardAt > settingOf(null).silentSeconds * 1000,
    );
    return { stored: stored.length, isNews, says };
  }

  /** A tag of a vehicle is no badge: what looks at people does not look at it. */
  async function consume(tx: Transaction, batch: readonly FixesOfBadge[]): Promise<void> {
    const names = batch.map(({ badge }) => badge);
    const tags = (await vehicles?.among(tx, names)) ?? new Set<string>();
    const badges = batch.filter(({ badge }) => !tags.has(badge));
    if (badges.length > 0) for (const consumer of consumers) await consumer(tx, badges);
    if (tags.size > 0) {
      await vehicles?.take(
        tx,
        batch.filter(({ badge }) => tags.has(badge)),
      );
    }
  }

  return {
    take,
    on: (consumer: FixConsumer) => void consumers.push(consumer),
    onVehicles: (tags: VehicleTags) => {
      vehicles = tags;
    },
  };
}

const fixOf = ({ location, receivedAt, claimedAt, isDouble }: Received, ground: Ground): Fix => ({
  at: Date.parse(location.timestamp_generated),
  receivedAt,
  claimedAt,
  isDouble,
  source: location.source,
  place: groundPlace(location, ground),
  battery: location.properties?.battery ?? null,
});
