import {
  type Box,
  type Observation,
  PATH_CLOCKS_MS,
  PATH_MS,
  type PathPoint,
  type Point,
  type TrackedPerson,
} from '@anshi/contracts';
import { OCCUPANCY } from './occupancy.ts';
import { emptyPace, step } from './pace.ts';
import { footPoint } from './polygon.ts';
import { emptyBody, judgePosture } from './posture.ts';
import type { Actor, JudgeState } from './state.ts';
import type { Watch } from './watches.ts';

/** Paths are remembered for longer than a record has them: others may have come near before. */
const REMEMBERED_MS = PATH_MS + PATH_CLOCKS_MS;
/** Tracks of an actor that are remembered, the newest. */
const MOST_TRACKS = 64;

/** Adds an actor for a person whom no known one continues. */
export function newActor(state: JudgeState, person: TrackedPerson, at: number): Actor {
  const actor: Actor = {
    id: freeId(state, person.track),
    track: person.track,
    left: null,
    tracks: [],
    recent: [],
    established: false,
    seenAt: at,
    since: at,
    zones: [],
    blind: 0,
    box: person.box,
    velocity: [0, 0],
    floor: person.floor,
    path: [],
    followed: [],
    body: null,
    pace: null,
    rules: {},
  };
  state.actors.push(actor);
  return actor;
}

/**
 * The track, as the first one of the actor; where another actor began with it and goes on under a later
 * track, with a number: two people never share an id.
 */
function freeId({ actors }: JudgeState, track: string): string {
  let id = track;
  for (let n = 2; actors.some((other) => other.id === id); n++) id = `${track}.${n}`;
  return id;
}

/**
 * Sorted by track, so that the order in a frame does not matter; the better of two with one track.
 */
export function uniqueByTrack(people: readonly TrackedPerson[]): TrackedPerson[] {
  const byTrack = new Map<string, TrackedPerson>();
  for (const person of people) {
    const other = byTrack.get(person.track);
    if (!other || person.score > other.score) byTrack.set(person.track, person);
  }
  return [...byTrack.values()].sort((a, b) => (a.track < b.track ? -1 : 1));
}

/** Rules on postures and speed use the last seconds, not one frame. */
const ON_BODIES: ReadonlySet<string> = new Set(['person-down', 'climbing']);

/** Takes what rules on postures and speed need from a sighting. */
export function remember(
  actor: Actor,
  person: TrackedPerson,
  watches: readonly Watch[],
  at: number,
  picture: readonly [width: number, height: number],
): void {
  if (watches.some(({ rule }) => ON_BODIES.has(rule.kind))) {
    actor.body ??= emptyBody();
    // The network is of the rule person-down: for others no seconds of joints are kept.
    const isForFalls = watches.some(({ rule }) => rule.kind === 'person-down');
    judgePosture(actor.body, person, at, picture, isForFalls ? undefined : null);
  } else actor.body = null;
  if (watches.some(({ rule }) => rule.kind === 'running')) {
    actor.pace ??= emptyPace();
    step(actor.pace, person, at);
  } else actor.pace = null;
}

/**
 * Where the edge of the picture cuts a person off, the feet are somewhere beyond: standard deviation, metres.
 * A box that ends this near to an edge is taken as cut off, as a share of the picture's height.
 */
const CUT_OFF_METRES = 0.5;
const CUT_OFF = 0.006;

function isCutOff(
  [left, , right, bottom]: Box,
  { width, height }: Pick<Observation, 'width' | 'height'>,
): boolean {
  const edge = CUT_OFF * height;
  return left < edge || right > width - edge || bottom > height - edge;
}

/**
 * Moves an actor to where the person is seen now: box, track, velocity and the path on the floor.
 *
 * @param patience time in which some sightings make a person of a detection, ms.
 */
export function moveActor(
  actor: Actor,
  person: TrackedPerson,
  at: number,
  patience: number,
  picture: Pick<Observation, 'width' | 'height'>,
): void {
  const seconds = (at - actor.seenAt) / 1000;
  if (seconds > 0 && actor.track === person.track) {
    const [x, y] = footPoint(actor.box);
    const [nx, ny] = footPoint(person.box);
    const share = Math.min(1, seconds / (seconds + 0.4));
    actor.velocity = [
      actor.velocity[0] + share * ((nx - x) / seconds - actor.velocity[0]),
      actor.velocity[1] + share * ((ny - y) / seconds - actor.velocity[1]),
    ];
  }
  // A jump from one track to another is not a speed.
  if (actor.track !== person.track) {
    actor.pace = null;
    actor.left = { track: actor.track, at: actor.seenAt };
    actor.followed = actor.followed.map((one) => ({ ...one, until: one.until ?? actor.seenAt }));
  }
  if (actor.tracks.at(-1) !== person.track) {
    const earlier = actor.tracks.filter((track) => track !== person.track);
    actor.tracks = [...earlier.slice(1 - MOST_TRACKS), person.track];
  }
  if (person.floor && person.floorDeviation !== null) {
    const least = isCutOff(person.box, picture) ? CUT_OFF_METRES : 0;
    actor.path.push([at, ...person.floor, Math.max(person.floorDeviation, least)]);
  }
  const oldest = at - REMEMBERED_MS;
  if ((actor.path[0]?.[0] ?? at) < oldest)
    actor.path = actor.path.filter(([time]) => time >= oldest);
  actor.track = person.track;
  establish(actor, at, patience);
  actor.zones = [...person.zones];
  actor.seenAt = at;
  actor.blind = 0;
  actor.box = person.box;
  actor.floor = person.floor;
}

/** A false detection seldom comes three times in a short time at one place. */
function establish(actor: Actor, at: number, patience: number): void {
  if (actor.established) return;
  actor.recent = [...actor.recent.filter((time) => at - time <= patience), at];
  const since = at - actor.recent[0]!;
  actor.established =
    actor.recent.length >= OCCUPANCY.sightings && since >= OCCUPANCY.establishedMs;
  if (actor.established) actor.recent = [];
}

/** Millimetres are more than a foot point is known to. */
const metres = (value: number) => Math.round(1000 * value) / 1000;

/**
 * The path of an actor as its records bring it, with how near others came. A person without a
 * place on the floor may have been anywhere: then nothing is said of others.
 */
export function pathOf(actor: Actor, { actors, epoch }: JudgeState): PathPoint[] {
  const newest = actor.path.at(-1)?.[0] ?? 0;
  const path = actor.path.filter(([at]) => at >= newest - PATH_MS);
  const from = (path[0]?.[0] ?? 0) - PATH_CLOCKS_MS;
  const others = actors.filter((one) => one !== actor && one.seenAt >= from);
  const isKnown = others.every(({ path, seenAt }) => path.at(-1)?.[0] === seenAt);
  return path.map(([at, x, y, deviation]) => ({
    at: new Date(epoch + at).toISOString(),
    floor: [metres(x), metres(y)],
    deviation: metres(deviation),
    ...(isKnown && { nearest: nearestOf(others, at, [x, y]) }),
  }));
}

/** How near others came to a place around a time, metres; null for none. */
function nearestOf(others: readonly Actor[], at: number, [x, y]: Point): number | null {
  let least = Number.POSITIVE_INFINITY;
  for (const { path } of others) {
    for (const [time, otherX, otherY] of path) {
      if (Math.abs(time - at) > PATH_CLOCKS_MS) continue;
      least = Math.min(least, Math.hypot(otherX - x, otherY - y));
    }
  }
  return least === Number.POSITIVE_INFINITY ? null : metres(least);
}
