import type { Box, Pose } from '@anshi/contracts';
import { BELIEVED, K } from './body.ts';

/**
 * What the network of postures looks at: a person over the last seconds, in numbers that depend neither on the
 * size of the picture nor on where in it the person is. Training and worker use this very code.
 */

/** One look at a person: time, box, and 17 times x, y and score where there is a pose. */
export type Look = number[];

/** Looks in the window, one in {@link STEP_MS}; the newest comes first. */
const STEPS = 15;
const STEP_MS = 200;
/** A look this near to its place in the window stands for it, ms. */
const NEAR_MS = 110;
const JOINTS = 17;
/** Joints with a lower score are left out. */
const LEAST_SCORE = 0.08;
/** Of a look: the joints, the box, whether there is one, and whether it has a pose. */
export const PER_STEP = 3 * JOINTS + 6;
/** Of the person now: see {@link fillNow}. */
export const NOW = 10;
export const WINDOW = { steps: STEPS, perStep: PER_STEP, now: NOW } as const;
export const INPUTS = STEPS * PER_STEP + NOW;
/** Nothing is further away than this, statures. */
const FARTHEST = 4;

const BOX_AT = 1;
const JOINTS_AT = 5;

/**
 * Adds a look and drops those that the window does not need. Pictures that come faster than the window's steps
 * replace each other.
 */
export function addLook(looks: Look[], pose: Pose | null, box: Box, at: number): void {
  const last = looks.at(-1)?.[0];
  const earlier = looks.at(-2)?.[0];
  if (last !== undefined && earlier !== undefined && last - earlier < STEP_MS - 20) looks.pop();
  const look = [at, ...box];
  if (pose) for (const [x, y, score] of pose.keypoints) look.push(x, y, score);
  looks.push(look);
  const oldest = at - STEPS * STEP_MS;
  while (looks.length > 1 && looks[0]![0]! < oldest) looks.shift();
}

/**
 * Fills in the window of a person.
 *
 * @param looks oldest first; the last one is of now.
 * @param stature pixels.
 * @param picture width and height, pixels.
 * @param out of {@link INPUTS} numbers, all of which are written.
 */
export function fillWindow(
  looks: readonly Look[],
  { stature, measured }: { readonly stature: number | null; readonly measured: boolean },
  picture: readonly [width: number, height: number],
  out: Float32Array,
): void {
  out.fill(0);
  const [at = 0, left = 0, top = 0, right = 0, bottom = 0] = looks.at(-1) ?? [];
  const scale = scaleOf(looks, stature);
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  let next = looks.length - 1;
  for (let step = 0; step < STEPS; step++) {
    const wanted = at - step * STEP_MS;
    while (next > 0 && looks[next]![0]! > wanted + NEAR_MS) next--;
    const look = looks[next]!;
    if (Math.abs(look[0]! - wanted) > NEAR_MS) continue;
    fillStep(look, x, y, scale, out, step * PER_STEP);
  }
  fillNow([left, top, right, bottom], { scale, measured: measured ? 1 : 0, picture }, out);
}

/** The stature as far as it is known; a body is nowhere longer than its stature. */
function scaleOf(looks: readonly Look[], stature: number | null): number {
  if (stature !== null && stature > 0) return stature;
  let longest = 1;
  for (const look of looks) {
    longest = Math.max(longest, look[3]! - look[1]!, look[4]! - look[2]!);
  }
  return longest;
}

function fillStep(
  look: Look,
  x: number,
  y: number,
  scale: number,
  out: Float32Array,
  from: number,
): void {
  let at = from;
  if (look.length > JOINTS_AT) {
    for (let i = JOINTS_AT; i < look.length; i += 3, at += 3) {
      const score = look[i + 2]!;
      if (score < LEAST_SCORE) continue;
      out[at] = within((look[i]! - x) / scale);
      out[at + 1] = within((look[i + 1]! - y) / scale);
      out[at + 2] = score;
    }
    out[from + 3 * JOINTS] = 1;
  }
  at = from + 3 * JOINTS + 1;
  out[at] = 1;
  for (let i = 0; i < 4; i++) {
    out[at + 1 + i] = within((look[BOX_AT + i]! - (i % 2 === 0 ? x : y)) / scale);
  }
}

/** A box that ends this near to an edge of the picture is cut off there, as a share of its height. */
const EDGE = 0.012;

function fillNow(
  [left, top, right, bottom]: Box,
  how: {
    readonly scale: number;
    readonly measured: number;
    readonly picture: readonly [number, number];
  },
  out: Float32Array,
): void {
  const [width, height] = how.picture;
  const edge = EDGE * height;
  const at = STEPS * PER_STEP;
  out[at] = how.measured;
  out[at + 1] = how.scale / height;
  out[at + 2] = bottom / height;
  out[at + 3] = (top + bottom) / 2 / height;
  out[at + 4] = Math.abs((left + right) / 2 - width / 2) / height;
  out[at + 5] = left < edge ? 1 : 0;
  out[at + 6] = top < edge ? 1 : 0;
  out[at + 7] = right > width - edge ? 1 : 0;
  out[at + 8] = bottom > height - edge ? 1 : 0;
  out[at + 9] = (bottom - top) / Math.max(1, right - left) / 4;
}

const within = (value: number): number => Math.max(-FARTHEST, Math.min(FARTHEST, value));

/** As long as a fall lasts: looks that reach back less do not tell how far the hips came down, ms. */
const LEAST_MS = 1_800;

/**
 * How far the hips came down within the window, up to now, pixels; null where they are not seen now, were not
 * seen before, or the window is too short to tell.
 */
export function hipsDrop(looks: readonly Look[]): number | null {
  const [first, last] = [looks[0], looks.at(-1)];
  if (!first || !last || last[0]! - first[0]! < LEAST_MS) return null;
  const now = hipsOf(last);
  if (now === null) return null;
  let highest: number | null = null;
  for (let i = 0; i < looks.length - 1; i++) {
    const hips = hipsOf(looks[i]!);
    if (hips !== null) highest = Math.min(highest ?? hips, hips);
  }
  return highest === null ? null : Math.max(0, now - highest);
}

function hipsOf(look: Look): number | null {
  if (look.length <= JOINTS_AT) return null;
  const [left, right] = [JOINTS_AT + 3 * K.leftHip, JOINTS_AT + 3 * K.rightHip];
  const seen = [left, right].filter((joint) => look[joint + 2]! >= BELIEVED);
  if (seen.length === 0) return null;
  return seen.reduce((sum, joint) => sum + look[joint + 1]!, 0) / seen.length;
}
