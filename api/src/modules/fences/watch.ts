import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { FixesOfBadge } from '../locations/intake.ts';
import { depthIn, sharesInside } from './geometry.ts';
import { isNothing, type Reading } from './presence.ts';
import {
  type FenceInUse,
  lastReading,
  readFences,
  readHistory,
  readingsOf,
  sideOf,
  watchedBy,
} from './readings.ts';
import { lookAt, rightsOf, stateOf, type TrackState } from './state.ts';
import { advance, baseTime, isOrdered, newTrack, ROLL_MS, replay, type Track } from './track.ts';

/** Farther away from an area than this and its error a badge is not looked at, metres. */
const NEAR_METRES = 3;

type Row = Prisma.FenceTrackModel;
interface Bound {
  person: string | null;
  /** Ms since the epoch; 0 for a badge that no one wears. */
  since: number;
}

/**
 * Takes the fixes of badges at all fences, in the transaction that stores them. Nothing is decided here: what is to be
 * looked at is marked as due.
 */
export async function takeFixes(
  tx: Transaction,
  tenant: string,
  badges: readonly FixesOfBadge[],
): Promise<void> {
  const fences = await readFences(tx);
  if (fences.length === 0) return;
  const names = badges.map(({ badge }) => badge);
  const bound = await tx.badge.findMany({ where: { badge: { in: names }, until: null } });
  const wearers = new Map(
    bound.map(({ badge, personId, since }) => [
      badge,
      { person: personId, since: since.getTime() },
    ]),
  );
  const rows = await lockTracks(tx, names);
  const terms = await readTerms(
    tx,
    fences.map(({ id }) => id),
  );
  for (const fixes of badges) {
    const wearer = wearers.get(fixes.badge) ?? { person: null, since: 0 };
    for (const fence of fences) {
      // Who wears it is not known, so neither is where they belong.
      if (fence.kind === 'stay' && wearer.person === null) continue;
      const row = rows.get(`${fence.id} ${fixes.badge}`) ?? null;
      await takeAtFence(tx, tenant, { fence, fixes, wearer, row, terms: terms.get(fence.id) });
    }
  }
}

/** Always in the same order, so that two transactions never wait for each other in a circle. */
async function lockTracks(tx: Transaction, badges: string[]): Promise<Map<string, Row>> {
  await sqlIn(tx)(Prisma.sql`
    SELECT 1 FROM fence_track WHERE badge = ANY (${badges}::text[]) ORDER BY fence_id, badge FOR UPDATE`);
  const rows = await tx.fenceTrack.findMany({ where: { badge: { in: badges } } });
  return new Map(rows.map((row) => [`${row.fenceId} ${row.badge}`, row]));
}

/** Dwell and hold of fences, as the engine has them. */
export async function readTerms(tx: Transaction, ids: readonly string[]) {
  const rows = await tx.areaFence.findMany({ where: { id: { in: [...ids] } } });
  return new Map(
    rows.map((row) => [
      row.id,
      {
        side: sideOf(row.kind as FenceInUse['kind']),
        dwellMs: row.dwellSeconds * 1000,
        holdMs: row.holdSeconds * 1000,
        activeSince: row.activeSince.getTime(),
      },
    ]),
  );
}
type KnownTerms = NonNullable<
  Awaited<ReturnType<typeof readTerms>> extends Map<string, infer One> ? One : never
>;

async function takeAtFence(
  tx: Transaction,
  tenant: string,
  given: {
    fence: FenceInUse;
    fixes: FixesOfBadge;
    wearer: Bound;
    row: Row | null;
    terms: KnownTerms | undefined;
  },
): Promise<void> {
  const { fence, fixes, wearer, terms } = given;
  // A badge with another wearer begins again.
  const row = given.row?.personId === wearer.person ? given.row : null;
  const isHandedOn = given.row !== null && row === null;
  const readings = readingsOf(fixes.fixes, fence.floorPlan, wearer.since);
  if (readings.length === 0 || !terms) return;
  const before = lastReading(fixes.before, fence.floorPlan, wearer.since);
  if (!row && !isHandedOn && !isNear(fence, before, readings)) return;
  const watched = watchedBy(fence);
  const known = row ? stateOf(row) : null;
  let track = withLast(known?.track ?? newTrack(watched), before);
  if (isOrdered(track, readings)) track = advance(track, readings, watched);
  else {
    const after = Math.max(baseTime(track), latest(readings) - 2 * ROLL_MS, wearer.since - 1);
    const history = await readHistory(tx, fixes.badge, fence.floorPlan, new Date(after));
    track = replay(track, history, watched);
  }
  const wasNothing = known === null || isNothing(known.track.now);
  if (isNothing(track.now) && wasNothing && !isHandedOn) return;
  const state = { track, seen: known?.seen ?? '', renewed: known?.renewed ?? false };
  const rights = row ? rightsOf(row) : [];
  await writeTrack(tx, tenant, {
    fence: fence.id,
    badge: fixes.badge,
    person: wearer.person,
    state,
    rights,
    dueAt: isHandedOn ? Date.now() : lookAt(state, rights, terms, Date.now()).dueAt,
  });
}

/** While nothing is known the fixes are not written; the last of them is with the badge. */
function withLast(track: Track, before: Reading | null): Track {
  const { now } = track;
  if (!before || !isNothing(now) || (now.last?.at ?? 0) >= before.at) return track;
  return { ...track, now: { ...now, last: before } };
}

/** In the area or near it, or on a way through it. */
function isNear(
  { polygon }: FenceInUse,
  before: Reading | null,
  readings: readonly Reading[],
): boolean {
  let last = before?.place ?? null;
  for (const { place } of readings) {
    if (place) {
      const at = [place.x, place.y] as const;
      if (depthIn(polygon, at) > -NEAR_METRES - place.radius) return true;
      if (last && sharesInside(polygon, [last.x, last.y], at)) return true;
    }
    last = place;
  }
  return false;
}

const latest = (readings: readonly Reading[]): number =>
  readings.reduce((most, { at }) => Math.max(most, at), 0);

/** Writes what is known of a badge at a fence. */
export async function writeTrack(
  tx: Transaction,
  tenant: string,
  one: {
    fence: string;
    badge: string;
    person: string | null;
    state: TrackState;
    rights: readonly object[];
    dueAt: number | null;
  },
): Promise<void> {
  const due = one.dueAt === null ? null : new Date(one.dueAt);
  await sqlIn(tx)(Prisma.sql`
    INSERT INTO fence_track (tenant_id, fence_id, badge, person_id, state, rights, due_at, updated_at)
    VALUES (${tenant}, ${one.fence}, ${one.badge}, ${one.person}, ${JSON.stringify(one.state)}::jsonb,
      ${JSON.stringify(one.rights)}::jsonb, ${due}, now())
    ON CONFLICT (tenant_id, fence_id, badge) DO UPDATE SET person_id = EXCLUDED.person_id, state = EXCLUDED.state,
      rights = EXCLUDED.rights, due_at = EXCLUDED.due_at, updated_at = EXCLUDED.updated_at`);
}
