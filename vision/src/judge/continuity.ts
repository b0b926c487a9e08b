import type { Box, Point, TrackedPerson } from '@anshi/contracts';
import { assign } from '../assign.ts';
import { sharedArea } from '../boxes.ts';
import { isAtEdge } from './occupancy.ts';
import { footPoint } from './polygon.ts';
import { DOWN } from './posture.ts';
import type { Actor } from './state.ts';

/** How long a lost person can be re-identified, ms of observed time. */
export const REJOIN_MS = 8_000;
/** A track that was lost for less than this and comes back is of the one who had it, ms. */
export const TRACK_BACK_MS = 1_500;
/** The same for a person who was down: detectors often miss lying people, ms. */
export const REJOIN_DOWN_MS = 60_000;
/** The same for a person who stays too long and was last seen away from the edge of the picture, ms. */
const REJOIN_STAYING_MS = 20_000;
/** A longer time without observations is blind time, ms. */
export const BLIND_AFTER_MS = 2_000;
/**
 * Those who were lost for no longer are recognised before others, ms of observed time: one who was lost
 * long ago may be anywhere near, and would win against one who was just here. A break leaves up to
 * BLIND_AFTER_MS of it.
 */
const LOST_SINCE_MS = [1_000, BLIND_AFTER_MS + 500, Number.POSITIVE_INFINITY];
/** At most this much of each blind time is bridged, ms. */
export const LONGEST_BLIND_MS = 60_000;

/** Radius in which a lost person may reappear: initial, growth per second, maximum. */
const METRES = { start: 0.8, perSecond: 0.8, most: 5 };
const HEIGHTS = { start: 0.3, perSecond: 0.5, most: 2.5 };
/** The same for a person who has stayed in a place for some time, and is most likely still there. */
const STAYING = {
  afterMs: 5_000,
  metres: { start: 0.8, perSecond: 0.25, most: 2 },
  heights: { start: 0.3, perSecond: 0.15, most: 1.2 },
};
const HEIGHT_RATIO = 1.6;
/**
 * A person who falls between two frames has a lower and wider box, and the feet have moved, but
 * within a body's length.
 */
const FALLEN = { ratio: 2.5, metres: 1.7 };

/** The other boxes of a body that falls: they appear about the time of the fall, and are lower than this share of the stature. */
const TWIN = { beforeMs: 3_000, afterMs: 500, height: 0.6 };

/**
 * Assigns each person of an observation to a known actor: the one with the same track, or who had it until
 * a moment ago, else the nearest lost one whose last place is in reach, of those first who were here last. Others get none. A person who was
 * missed for a moment, while another one came near with a new track, so gets the own track back.
 *
 * @param people sorted, so that the result does not depend on their order in the frame.
 * @param at ms.
 */
export function recognise(
  actors: readonly Actor[],
  people: readonly TrackedPerson[],
  at: number,
): Map<TrackedPerson, Actor> {
  const found = new Map<TrackedPerson, Actor>();
  const byTrack = new Map(actors.map((actor) => [actor.track, actor]));
  const taken = new Set<Actor>();
  for (const person of people) {
    const actor = byTrack.get(person.track);
    if (!actor || taken.has(actor)) continue;
    taken.add(actor);
    found.set(person, actor);
  }
  for (const person of people) {
    if (found.has(person)) continue;
    const actor = actors.find(
      ({ left }) => left?.track === person.track && at - left.at <= TRACK_BACK_MS,
    );
    if (!actor) continue;
    const other = [...found].find(([, one]) => one === actor)?.[0];
    if (other) found.delete(other);
    taken.add(actor);
    found.set(person, actor);
  }
  takeOverTwins(actors, people, found, at);
  for (const actor of found.values()) taken.add(actor);
  for (const longest of LOST_SINCE_MS) {
    const strangers = people.filter((person) => !found.has(person));
    const lost = actors.filter(
      (actor) =>
        !taken.has(actor) && actor.seenAt < at && at - actor.seenAt - actor.blind <= longest,
    );
    const pairs = assign(
      strangers.length,
      lost.length,
      (s, l) => strangeness(lost[l]!, strangers[s]!, at) + bodiless(lost[l]!, strangers[s]!),
      1,
    );
    for (const [s, l] of pairs) {
      found.set(strangers[s]!, lost[l]!);
      taken.add(lost[l]!);
    }
  }
  return found;
}

/**
 * Detectors draw several boxes on a body that falls, and the pose goes from one to the other. An actor who is down, and
 * whose track is lost or has no pose any more, goes on under the track with a pose that appeared at the fall, overlaps the
 * last place most, and is too low for another person who stands there. The two actors exchange their tracks.
 */
function takeOverTwins(
  actors: readonly Actor[],
  people: readonly TrackedPerson[],
  found: Map<TrackedPerson, Actor>,
  at: number,
): void {
  const given = new Set<TrackedPerson>();
  for (const actor of actors) {
    const { fallAt, stature, upAt } = actor.body ?? {};
    if (fallAt == null || upAt != null || !stature || at - fallAt > REJOIN_MS) continue;
    const own = [...found].find(([, one]) => one === actor)?.[0];
    if (own?.pose) continue;
    const place = own?.box ?? actor.box;
    let twin: { person: TrackedPerson; overlap: number } | null = null;
    for (const person of people) {
      const since = found.get(person)?.since ?? at;
      const isOfFall = since >= fallAt - TWIN.beforeMs && since <= fallAt + TWIN.afterMs;
      if (!person.pose || !isOfFall || given.has(person)) continue;
      if (person.box[3] - person.box[1] > TWIN.height * stature) continue;
      const overlap = sharedArea(place, person.box);
      if (overlap > (twin?.overlap ?? 0)) twin = { person, overlap };
    }
    if (!twin) continue;
    const { person } = twin;
    given.add(person);
    const other = found.get(person);
    found.set(person, actor);
    if (own && other) found.set(own, other);
    else if (own) found.delete(own);
    // Two actors never have one track.
    else if (other) other.track = actor.track;
  }
}

/**
 * True where a lost actor has expired.
 *
 * @param picture width and height, in the pixels of the boxes.
 */
export function isGone(actor: Actor, at: number, picture: readonly [number, number]): boolean {
  const lost = at - actor.seenAt - actor.blind;
  if (lost <= REJOIN_MS) return false;
  const rules = Object.values(actor.rules).flatMap(({ open }) => open?.rule ?? []);
  if (rules.includes('person-down')) return lost > REJOIN_DOWN_MS;
  const stays = rules.includes('loitering') && !isAtEdge(actor.box, picture);
  return lost > (stays ? REJOIN_STAYING_MS : REJOIN_MS);
}

/** How far a person who has stayed may be from the last place, in metres or heights. */
const STAYED = { metres: 1.5, heights: 0.8 };

/**
 * Whether a person who comes into sight again under another track has surely stayed where they were: time
 * that is counted against a person must not go to another one, who came while the first one left.
 *
 * @param isBreak the camera saw nothing in between.
 */
export function hasStayed(actor: Actor, person: TrackedPerson, isBreak: boolean): boolean {
  if (isBreak) return false;
  if (actor.floor && person.floor) return distance(actor.floor, person.floor) <= STAYED.metres;
  const height = person.box[3] - person.box[1];
  return distance(footPoint(actor.box), footPoint(person.box)) <= STAYED.heights * height;
}

/**
 * Where poses are available, a person who never had one is most often a duplicate box on another
 * body; a person with a pose continues an actor who had one, where there is one.
 */
function bodiless({ body }: Actor, { pose }: TrackedPerson): number {
  return pose && body && body.stature === null ? 0.5 : 0;
}

/**
 * Distance in units of the radius in which the actor may be by now; above 1: a different person.
 */
function strangeness(actor: Actor, person: TrackedPerson, at: number): number {
  const seconds = (at - actor.seenAt) / 1000;
  if (isWide(actor.box) || isWide(person.box) || cameDown(actor, at)) {
    return strangenessOfFallen(actor, person, seconds);
  }
  const before = actor.box[3] - actor.box[1];
  const now = person.box[3] - person.box[1];
  const ratio = Math.max(before, now) / Math.max(1, Math.min(before, now));
  if (ratio > HEIGHT_RATIO) return Number.MAX_SAFE_INTEGER;
  const stays = isStaying(actor);
  if (actor.floor && person.floor) {
    const law = stays ? STAYING.metres : METRES;
    return distance(actor.floor, person.floor) / radius(law, seconds);
  }
  // The speed is extrapolated for half a second only.
  const ahead = Math.min(0.5, seconds);
  const [x, y] = footPoint(actor.box);
  const expected: Point = [x + ahead * actor.velocity[0], y + ahead * actor.velocity[1]];
  const height = (before + now) / 2;
  return (
    distance(expected, footPoint(person.box)) /
    (height * radius(stays ? STAYING.heights : HEIGHTS, seconds))
  );
}

const isStaying = ({ rules }: Actor): boolean =>
  Object.values(rules).some((memory) => memory.kind === 'dwell' && memory.held >= STAYING.afterMs);

function strangenessOfFallen(actor: Actor, person: TrackedPerson, seconds: number): number {
  const longest = ([left, top, right, bottom]: Box) => Math.max(1, right - left, bottom - top);
  const before = longest(actor.box);
  const now = longest(person.box);
  if (Math.max(before, now) > FALLEN.ratio * Math.min(before, now)) return Number.MAX_SAFE_INTEGER;
  if (actor.floor && person.floor) {
    const apart = Math.max(0, distance(actor.floor, person.floor) - FALLEN.metres);
    return apart / radius(METRES, seconds);
  }
  return gapBetween(actor.box, person.box) / (Math.max(before, now) * radius(HEIGHTS, seconds));
}

/** A person who came down just before being lost may have any box by now. */
function cameDown({ body, seenAt }: Actor, at: number): boolean {
  const fallAt = body?.fallAt ?? null;
  return fallAt !== null && seenAt - fallAt <= DOWN.fallMs && at - fallAt <= REJOIN_MS;
}

function isWide([left, top, right, bottom]: Box): boolean {
  return right - left > bottom - top;
}

/** Distance of two boxes from edge to edge; 0 where they overlap. */
function gapBetween(a: Box, b: Box): number {
  const dx = Math.max(0, a[0] - b[2], b[0] - a[2]);
  const dy = Math.max(0, a[1] - b[3], b[1] - a[3]);
  return Math.hypot(dx, dy);
}

function radius(law: typeof METRES, seconds: number): number {
  return Math.min(law.most, law.start + law.perSecond * seconds);
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
