import type { Pose } from '@anshi/contracts';
import { type Body, bodyOf, legDrop, SHARES, statureOf, tiltOf } from './body.ts';
import { isLegRaised } from './climb.ts';
import type { Sighting } from './evidence.ts';
import type { BodyMemory } from './state.ts';

/**
 * Parameters of the rule for people who are down. They stand in models/operation/person-down.yaml
 * with their reasons; a test holds the two together.
 */
export const DOWN = {
  /** A torso that leans by this much, degrees, is carried by nothing but the floor or by legs. */
  lyingTilt: 60,
  /** A torso that leans by less is upright, degrees. */
  uprightTilt: 45,
  /** Legs that reach down by this share of their length carry the torso above them. */
  carryingLegs: 0.4,
  /** Folded legs carry, too, where they reach down by this share of their length … */
  foldedLegs: 0.2,
  /** … to feet that are under the hips: the line from hips to ankles leans by less, degrees. */
  foldedTilt: 45,
  /** A line from shoulders to ankles that leans by this much, degrees, is that of a stretched body. */
  stretchedTilt: 65,
  /** Seen along the body: nose to feet is less than this share of the stature … */
  flatHeight: 0.4,
  /** … and the body this much wider than high, or lower still: less than this … */
  flatWidth: 1.2,
  lowestHeight: 0.3,
  /** … and the torso is shortened to less than this share of its length. */
  flatTorso: 0.5,
  /** A fall: the shoulders come down by this share of the stature … */
  fallDrop: 0.33,
  /** … within this time, ms, … */
  fallMs: 2_000,
  /** … and that is this share of all that they came down … */
  fallAtOnce: 0.8,
  /** … in this time, ms: whoever sits down first and then lies down did not fall. */
  wayDownMs: 6_000,
  /** Whoever lies within this time after that fell, ms. */
  fallToLyingMs: 2_000,
  /** Shoulders that moved by more than this share of the stature do not lie still: after a fall … */
  stillShare: 0.15,
  stillMs: 600,
  /** … and else, where it may be an exercise, ms. */
  stillFoundMs: 2_000,
  /** Whoever lies and was not seen to fall may be resting or at work: longest confirm time, seconds. */
  foundLyingSeconds: 30,
} as const;

/** Time constants of the stature: people come near faster than they shrink, ms. */
const STATURE_UP_MS = 600;
const STATURE_DOWN_MS = 3_000;
/** Torso within this of the vertical, degrees: its length tells the stature. */
const MEASURED_TILT = 30;

export function emptyBody(): BodyMemory {
  return {
    stature: null,
    measured: false,
    trail: [],
    fallAt: null,
    fell: false,
    raisedAt: null,
    sight: 'unknown',
  };
}

/**
 * Takes a look at one person's pose and says whether they lie (`holds`), do not (`gone`), or nobody
 * can tell (`unknown`): the torso or the legs are hidden, or the body still moves.
 *
 * @param memory of this person, changed. `fell` tells that the person came down fast and has not been
 *   up since.
 * @param at ms.
 */
export function lookAtBody(memory: BodyMemory, pose: Pose | null, at: number): Sighting {
  memory.trail = memory.trail.filter(([time]) => at - time <= DOWN.wayDownMs);
  const body = pose ? bodyOf(pose) : null;
  if (!body?.shoulders || body.tilt === null) {
    memory.sight = 'unknown';
    return 'unknown';
  }
  const [x, y] = body.shoulders;
  const last = memory.trail.at(-1);
  // The shortened torso of somebody who lies must not be taken for that of somebody small.
  if (!memory.measured || !isFlat(body, memory.stature!)) {
    measure(memory, body, last ? at - last[0] : 0);
  }
  memory.trail.push([at, x, y]);
  thin(memory);
  if (isLegRaised(pose, memory.stature)) memory.raisedAt = at;
  const stature = memory.stature ?? 0;
  if (stature > 0 && cameDown(memory, at, stature)) memory.fallAt = at;
  const posture = postureOf(memory, body);
  if (posture === 'gone') memory.fell = false;
  if (posture === 'holds' && memory.fallAt !== null && at - memory.fallAt <= DOWN.fallToLyingMs) {
    memory.fell = true;
  }
  memory.sight = posture === 'holds' && !isStill(memory, at) ? 'unknown' : posture;
  return memory.sight;
}

/** Whether the shoulders came down fast and at once, up to now. */
function cameDown({ trail }: BodyMemory, at: number, stature: number): boolean {
  const [, , y] = trail.at(-1)!;
  const dropWithin = (ms: number) =>
    y - Math.min(...trail.flatMap(([time, , height]) => (at - time <= ms ? [height] : [])));
  const drop = dropWithin(DOWN.fallMs);
  return drop >= DOWN.fallDrop * stature && drop >= DOWN.fallAtOnce * dropWithin(DOWN.wayDownMs);
}

/** Learns the stature from an upright torso; before there was one, from the longest parts seen. */
function measure(memory: BodyMemory, body: Body, elapsed: number): void {
  const seen = statureOf(body);
  if (seen === null) return;
  const upright = body.tilt! <= MEASURED_TILT && (legDrop(body) ?? 0) >= DOWN.carryingLegs;
  if (upright && (!memory.measured || memory.stature === null)) {
    memory.stature = seen;
    memory.measured = true;
  } else if (upright) {
    const constant = seen > memory.stature! ? STATURE_UP_MS : STATURE_DOWN_MS;
    memory.stature! += (elapsed / (elapsed + constant)) * (seen - memory.stature!);
  } else if (!memory.measured) memory.stature = Math.max(memory.stature ?? 0, seen);
}

/** What one look says of the posture. */
function postureOf({ stature, measured }: BodyMemory, body: Body): Sighting {
  const tilt = body.tilt!;
  const legs = legDrop(body);
  if (measured && isFlat(body, stature!)) return 'holds';
  if (tilt < DOWN.uprightTilt) return 'gone';
  if (tilt >= DOWN.lyingTilt && isStretched(body)) return 'holds';
  if (legs !== null && (legs >= DOWN.carryingLegs || isSquatting(body, legs))) return 'gone';
  if (tilt < DOWN.lyingTilt) return 'unknown';
  // Without legs: a bent back is as steep as it is wide, a body on the floor is not.
  if (legs === null) return body.width >= body.height ? 'holds' : 'unknown';
  return 'holds';
}

/** Whoever squats and bends down, to a shoe or to work at the floor, has the feet under the hips. */
function isSquatting({ hips, ankles }: Body, legs: number): boolean {
  if (!hips || !ankles || legs < DOWN.foldedLegs) return false;
  return tiltOf(hips, ankles) <= DOWN.foldedTilt;
}

/** Nobody stands who is bent nowhere and leans that far. */
function isStretched({ shoulders, ankles }: Body): boolean {
  if (!shoulders || !ankles) return false;
  return tiltOf(shoulders, ankles) >= DOWN.stretchedTilt;
}

/** Lies along the line of sight: low and wide for the stature, the torso shortened. */
function isFlat({ width, height, torso }: Body, stature: number): boolean {
  const isWide = width >= DOWN.flatWidth * height;
  const isLow = height <= (isWide ? DOWN.flatHeight : DOWN.lowestHeight) * stature;
  return isLow && torso! <= DOWN.flatTorso * SHARES.torso * stature;
}

/** At thirty looks a second, a tenth of a second is enough of what is older than a second. */
function thin({ trail }: BodyMemory): void {
  const [end] = trail.at(-1)!;
  for (let i = trail.length - 2; i > 0; i--) {
    const old = end - trail[i]![0] > 1_000;
    if (old && trail[i + 1]![0] - trail[i - 1]![0] <= 100) trail.splice(i, 1);
  }
}

function isStill({ trail, stature, fell }: BodyMemory, at: number): boolean {
  const window = fell ? DOWN.stillMs : DOWN.stillFoundMs;
  const recent = trail.filter(([time]) => at - time <= window);
  const range = (axis: 1 | 2) => {
    const values = recent.map((place) => place[axis]);
    return Math.max(...values) - Math.min(...values);
  };
  return Math.hypot(range(1), range(2)) <= DOWN.stillShare * Math.max(1, stature ?? 0);
}
