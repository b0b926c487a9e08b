import type { Box, Point, Pose } from '@anshi/contracts';
import { type Body, bodyOf, legDrop, SHARES, statureOf, tiltOf } from './body.ts';
import { isLegRaised } from './climb.ts';
import type { Sighting } from './evidence.ts';
import { applyNetwork, askNetwork, LEARNT, liesOn, type PostureJudge } from './posture-learnt.ts';
import { postureNet } from './posture-net.ts';
import { hipsDrop } from './posture-window.ts';
import type { BodyMemory } from './state.ts';

/**
 * Parameters of the person-down rule; also in models/operation/person-down.yaml with their reasons.
 * A test compares the two.
 */
export const DOWN = {
  /** A torso that leans by this much, degrees, is supported by legs or by the floor. */
  lyingTilt: 60,
  /** A torso that leans by less is upright, degrees. */
  uprightTilt: 45,
  /** Legs with this vertical extent, as a share of their length, support the torso. */
  carryingLegs: 0.4,
  /** Folded legs support it too, with this vertical extent … */
  foldedLegs: 0.2,
  /** … and feet under the hips: the line from hips to ankles leans by less, degrees. */
  foldedTilt: 45,
  /**
   * So do feet between hips and shoulders, with the knees above the ankles by this share of the
   * shank.
   */
  standingShanks: 0.5,
  /**
   * A line from shoulders to ankles that leans by this much, degrees, is that of a stretched body.
   */
  stretchedTilt: 65,
  /** Seen along the body: nose to feet is less than this share of the stature … */
  flatHeight: 0.4,
  /** … and the body this much wider than high, or even lower: less than this … */
  flatWidth: 1.2,
  lowestHeight: 0.3,
  /** … and the torso is shortened to less than this share of its length. */
  flatTorso: 0.5,
  /** A fall: the shoulders drop by this share of the stature … */
  fallDrop: 0.33,
  /** … within this time, ms, … */
  fallMs: 2_000,
  /** … and that is this share of their whole drop … */
  fallAtOnce: 0.8,
  /** … in this time, ms: sitting down and then lying down is no fall. */
  wayDownMs: 6_000,
  /** Lying within this time after the drop is a fall, ms. */
  fallToLyingMs: 2_000,
  /** Who fell is up where that is seen for so long: one frame may be misjudged, ms. */
  upMs: 600,
  /** After a fall a box without a pose, lower than this share of the stature, is of a body that lies. */
  lowBox: 0.5,
  /** Its top is not higher by this share of the stature than when the body was seen to lie. */
  risenTop: 0.2,
  /**
   * Shoulders that moved by more than this share of the stature are in motion: after a fall within
   * …
   */
  stillShare: 0.15,
  stillMs: 600,
  /** … and otherwise, where it may be an exercise, within, ms. */
  stillFoundMs: 2_000,
  /**
   * Confirm time for a lying person without an observed fall, who may rest or work: at most,
   * seconds.
   */
  foundLyingSeconds: 30,
} as const;

/** Time constants of the stature estimate: it grows faster than it shrinks, ms. */
const STATURE_UP_MS = 600;
const STATURE_DOWN_MS = 3_000;
/** A torso within this of the vertical, degrees, gives the stature. */
const MEASURED_TILT = 30;

/** A person as the tracker and the pose model see them. */
interface SeenBody {
  readonly pose: Pose | null;
  readonly box: Box;
}

export function emptyBody(): BodyMemory {
  return {
    stature: null,
    measured: false,
    trail: [],
    fallAt: null,
    fell: false,
    raisedAt: null,
    sight: 'unknown',
    upAt: null,
    downTop: null,
    poseSamples: [],
    learnt: null,
  };
}

/**
 * Updates the posture of one person: lying (`holds`), not (`gone`), or `unknown`: the torso or the
 * legs are hidden, or the body still moves.
 *
 * @param memory of this person, modified. `fell` is true after a fast drop until the person is up
 *   again.
 * @param at ms.
 * @param net the shipped posture network where it is left out; null for the measures alone.
 */
export function judgePosture(
  memory: BodyMemory,
  person: SeenBody,
  at: number,
  picture: readonly [width: number, height: number],
  net: PostureJudge | null = postureNet(),
): Sighting {
  memory.trail = memory.trail.filter(([time]) => at - time <= DOWN.wayDownMs);
  const body = person.pose ? bodyOf(person.pose) : null;
  // The stature of before: a body that just came to lie looks short.
  const shoulders = body?.tilt == null ? null : body.shoulders![1];
  const learnt = askNetwork(memory, { ...person, shoulders }, at, picture, net);
  if (body?.shoulders && body.tilt !== null) {
    const seen = { ...person, body, shoulders: body.shoulders };
    const [, top] = person.box;
    const posture = judgeBody(memory, seen, liesOn(memory, learnt, top), at);
    const measured = posture === 'holds' && !isStill(memory, at) ? 'unknown' : posture;
    memory.sight = applyNetwork(memory, learnt, measured, { top, rises: rises(memory, at) }, at);
  } else memory.sight = judgeBox(memory, person.box);
  return memory.sight;
}

function judgeBody(
  memory: BodyMemory,
  { pose, box, body, shoulders }: SeenBody & { body: Body; shoulders: Point },
  liesStill: boolean,
  at: number,
): Sighting {
  const last = memory.trail.at(-1);
  // A lying person's foreshortened torso must not be taken for a small stature.
  if (!memory.measured || !isFlat(body, memory.stature!)) {
    measure(memory, body, last ? at - last[0] : 0);
  }
  memory.trail.push([at, ...shoulders]);
  thin(memory);
  if (isLegRaised(pose, memory.stature)) memory.raisedAt = at;
  const stature = memory.stature ?? 0;
  if (stature > 0 && cameDown(memory, at, stature) && !keptHips(memory, stature)) {
    memory.fallAt = at;
  }
  const posture = postureOf(memory, body);
  if (posture === 'gone' && !liesStill) memory.upAt ??= at;
  else memory.upAt = null;
  if (memory.upAt !== null && at - memory.upAt >= DOWN.upMs) memory.fell = false;
  if (posture === 'holds' && memory.fallAt !== null && at - memory.fallAt <= DOWN.fallToLyingMs) {
    memory.fell = true;
  }
  if (posture === 'holds') memory.downTop = box[1];
  return posture;
}

/**
 * Judges by the box alone, where there is no pose: a person who fell still lies while the box is low (nobody stands, sits or
 * squats in such a box) and its upper edge has not risen. It rises where only the head of a person who got up is visible.
 */
function judgeBox(memory: BodyMemory, [, top, , bottom]: Box): Sighting {
  const { fell, downTop } = memory;
  const stature = memory.stature ?? 0;
  memory.upAt = null;
  if (!fell || downTop === null || bottom - top > DOWN.lowBox * stature) return 'unknown';
  return top >= downTop - DOWN.risenTop * stature ? 'holds' : 'unknown';
}

/** Whether the shoulders dropped fast and in one motion, up to now. */
function cameDown({ trail }: BodyMemory, at: number, stature: number): boolean {
  const [, , y] = trail.at(-1)!;
  const dropWithin = (ms: number) =>
    y - Math.min(...trail.flatMap(([time, , height]) => (at - time <= ms ? [height] : [])));
  const drop = dropWithin(DOWN.fallMs);
  return drop >= DOWN.fallDrop * stature && drop >= DOWN.fallAtOnce * dropWithin(DOWN.wayDownMs);
}

/** Who lies down on what they sit on keeps the hips where they are. */
function keptHips({ poseSamples }: BodyMemory, stature: number): boolean {
  const drop = hipsDrop(poseSamples);
  return drop !== null && drop < LEARNT.hipsDrop * stature;
}

/**
 * Estimates the stature from an upright torso; without one so far, from the longest visible parts.
 */
function measure(memory: BodyMemory, body: Body, elapsed: number): void {
  const seen = statureOf(body);
  if (seen === null) return;
  const upright = isUpright(body);
  if (upright && (!memory.measured || memory.stature === null)) {
    memory.stature = seen;
    memory.measured = true;
  } else if (upright) {
    const constant = seen > memory.stature! ? STATURE_UP_MS : STATURE_DOWN_MS;
    memory.stature! += (elapsed / (elapsed + constant)) * (seen - memory.stature!);
  } else if (!memory.measured) memory.stature = Math.max(memory.stature ?? 0, seen);
}

const isUpright = (body: Body): boolean =>
  body.tilt! <= MEASURED_TILT && (legDrop(body) ?? 0) >= DOWN.carryingLegs;

/** The posture in one frame, by measures of the body. */
function postureOf({ stature, measured }: BodyMemory, body: Body): Sighting {
  const tilt = body.tilt!;
  const legs = legDrop(body);
  if (measured && isFlat(body, stature!)) return 'holds';
  if (tilt < DOWN.uprightTilt) return 'gone';
  if (tilt >= DOWN.lyingTilt && isStretched(body)) return 'holds';
  if (legs !== null && (legs >= DOWN.carryingLegs || isSquatting(body, legs, stature!))) {
    return 'gone';
  }
  if (tilt < DOWN.lyingTilt) return 'unknown';
  // Without legs: a bent back is as high as wide, a body on the floor is not.
  if (legs === null) return body.width >= body.height ? 'holds' : 'unknown';
  return 'holds';
}

/**
 * A person who squats and bends to a shoe or to work at the floor has the feet under the hips, or
 * under the body with the shanks upright.
 */
function isSquatting(body: Body, legs: number, stature: number): boolean {
  const { hips, ankles } = body;
  if (!hips || !ankles) return false;
  if (legs >= DOWN.foldedLegs && tiltOf(hips, ankles) <= DOWN.foldedTilt) return true;
  return isOnFeet(body, stature);
}

/**
 * Whether the feet can balance the body. The height of the hips above the ankles alone does not tell:
 * it shrinks where the feet are farther from a camera that looks down than the hips.
 */
function isOnFeet({ shoulders, hips, knees, ankles }: Body, stature: number): boolean {
  if (!shoulders || !hips || !knees || !ankles) return false;
  const [left, right] = [Math.min(shoulders[0], hips[0]), Math.max(shoulders[0], hips[0])];
  if (ankles[0] < left || ankles[0] > right) return false;
  return ankles[1] - knees[1] >= DOWN.standingShanks * SHARES.shank * stature;
}

/** A straight body cannot stand at that angle. */
function isStretched({ shoulders, ankles }: Body): boolean {
  if (!shoulders || !ankles) return false;
  return tiltOf(shoulders, ankles) >= DOWN.stretchedTilt;
}

/** Lying along the line of sight: low and wide for the stature, the torso foreshortened. */
function isFlat({ width, height, torso }: Body, stature: number): boolean {
  const isWide = width >= DOWN.flatWidth * height;
  const isLow = height <= (isWide ? DOWN.flatHeight : DOWN.lowestHeight) * stature;
  return isLow && torso! <= DOWN.flatTorso * SHARES.torso * stature;
}

/** Thins out samples older than a second to one in a tenth of a second. */
function thin({ trail }: BodyMemory): void {
  const [end] = trail.at(-1)!;
  for (let i = trail.length - 2; i > 0; i--) {
    const old = end - trail[i]![0] > 1_000;
    if (old && trail[i + 1]![0] - trail[i - 1]![0] <= 100) trail.splice(i, 1);
  }
}

/** Whether the shoulders come up: the body gets up, or does an exercise. */
function rises({ trail, stature }: BodyMemory, at: number): boolean {
  const recent = trail.flatMap(([time, , y]) => (at - time <= DOWN.stillMs ? [y] : []));
  const [lowest, now] = [Math.max(...recent), recent.at(-1) ?? 0];
  return lowest - now > DOWN.stillShare * Math.max(1, stature ?? 0);
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
