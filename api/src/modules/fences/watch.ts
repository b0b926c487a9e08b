import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { FixesOfBadge } from '../locations/intake.ts';
import { depthIn, reachesBox, sharesInside } from './geometry.ts';
import { holdOutlines } from './outlines.ts';
import { isNothing, type Presence, type Reading, type Side } from './presence.ts';
import {
  type FenceInUse,
  lastReading,
  readFences,
  readHistory,
  readingsOf,
  watchedBy,
} from './readings.ts';
import { lookAt, newState, rightsOf, soonest, stateOf } from './state.ts';
import { advance, baseTime, isOrdered, newTrack, ROLL_MS, replay, type Track } from './track.ts';
import { type KnownTerms, lockTracks, readTerms, type TrackWrite, writeTracks } from './tracks.ts';
import { type Bound, isOfWearer } from './wearer.ts';

/** What does not change is written at least so often, so that a late fix finds a state to go on from, ms. */
const STEADY_MS = ROLL_MS;
/** Farther away from an area than this and its error a badge is not looked at, metres. */
const NEAR_METRES = 3;

type Row = Prisma.FenceTrackModel;

/**
 * Takes the fixes of badges at all fences, in the transaction that stores them. Nothing is decided here: what is to be
 * looked at is marked as due.
 */
export async function takeFixes(
  tx: Transaction,
  tenant: string,
  badges: readonly FixesOfBadge[],
): Promise<void> {
  await holdOutlines(tx, tenant);
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
  await lockTracks(tx, Prisma.sql`t.badge = ANY (${names}::text[])`);
  const known = await tx.fenceTrack.findMany({ where: { badge: { in: names } } });
  const rows = new Map(known.map((row) => [`${row.fenceId} ${row.badge}`, row]));
  const terms = await readTerms(
    tx,
    fences.map(({ id }) => id),
  );
  const tracks: TrackWrite[] = [];
  for (const fixes of badges) {
    const wearer = wearers.get(fixes.badge) ?? { person: null, since: 0 };
    for (const fence of fences) {
      // Who wears it is not known, so neither is where they belong.
      if (fence.kind === 'stay' && wearer.person === null) continue;
      const row = rows.get(`${fence.id} ${fixes.badge}`) ?? null;
      const at = { fence, fixes, wearer, row, terms: terms.get(fence.id) };
      const track = await takeAtFence(tx, at);
      if (track) tracks.push(track);
    }
  }
  await writeTracks(tx, tenant, tracks);
}

/** @returns what is known now; null where that need not be written. */
async function takeAtFence(
  tx: Transaction,
  given: {
    fence: FenceInUse;
    fixes: FixesOfBadge;
    wearer: Bound;
    row: Row | null;
    terms: KnownTerms | undefined;
  },
): Promise<TrackWrite | null> {
  const { fence, fixes, wearer, terms } = given;
  // A badge with another wearer begins again, and one that the same person gave back meanwhile.
  const row = isOfWearer(given.row, wearer) ? given.row : null;
  const isHandedOn = given.row !== null && row === null;
  const readings = readingsOf(fixes.fixes, fence.floorPlan, wearer.since);
  if (readings.length === 0 || !terms) return null;
  const before = lastReading(fixes.before, fence.floorPlan, wearer.since);
  if (!row && !isHandedOn && !isNear(fence, before, readings)) return null;
  const watched = watchedBy(fence);
  const known = row ? stateOf(row) : null;
  let track = withLast(known?.track ?? newTrack(watched), before);
  if (isOrdered(track, readings)) track = advance(track, readings, watched);
  else {
    const after = Math.max(baseTime(track), latest(readings) - 2 * ROLL_MS, wearer.since - 1);
    const history = await readHistory(tx, fixes.badge, fence.floorPlan, new Date(after));
    track = replay(track, history, watched);
  }
  if (!isHandedOn && (known === null || row === null)) {
    if (isNothing(track.now, watched.side)) return null;
  } else if (row && known && isSteady(known.track.now, track.now, watched.side)) {
    if (row.updatedAt.getTime() > Date.now() - STEADY_MS) return null;
  }
  const state = known ? { ...known, track } : newState(track);
  const rights = row ? rightsOf(row) : [];
  const { dueAt } = lookAt(state, rights, terms, Date.now());
  return {
    fence: fence.id,
    badge: fixes.badge,
    person: wearer.person,
    state,
    rights,
    // A fact that changed waits to be looked at: a fix does not put that off.
    dueAt: isHandedOn ? Date.now() : soonest(dueAt, row?.checkAt?.getTime() ?? null),
  };
}

/** Whether nothing changed but the last fix, and nothing waits for that: who is outside has to be heard there. */
const isSteady = (before: Presence, now: Presence, side: Side): boolean =>
  before.evidence === 0 &&
  now.evidence === 0 &&
  before.spell?.from === now.spell?.from &&
  before.initial === now.initial &&
  before.ended.length === now.ended.length &&
  (side === 'inside' || now.spell === null || now.initial);

/** While nothing changes the fixes are not written; the last of them is with the badge. */
function withLast(track: Track, before: Reading | null): Track {
  const { now } = track;
  if (!before || now.evidence > 0 || (now.last?.at ?? 0) >= before.at) return track;
  return { ...track, now: { ...now, last: before } };
}

/** In the area or near it, or on a way through it. Most badges are far from most areas: the rectangle says so first. */
function isNear(
  { polygon, box }: FenceInUse,
  before: Reading | null,
  readings: readonly Reading[],
): boolean {
  let last = before?.place ?? null;
  for (const { place } of readings) {
    if (place) {
      const at = [place.x, place.y] as const;
      const isBy = reachesBox(box, last ?? place, place, NEAR_METRES + place.radius);
      if (isBy && depthIn(polygon, at) > -NEAR_METRES - place.radius) return true;
      if (isBy && last && sharesInside(polygon, [last.x, last.y], at)) return true;
    }
    last = place;
  }
  return false;
}

const latest = (readings: readonly Reading[]): number =>
  readings.reduce((most, { at }) => Math.max(most, at), 0);
