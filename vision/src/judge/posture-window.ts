import type { Box, Pose } from '@anshi/contracts';
import { BELIEVED, K } from './body.ts';

/**
 * The input of the posture network: a person over the last seconds, in numbers that depend neither on the
 * size of the picture nor on where in it the person is. Training and worker use this very code.
 */

/** One sample of a person: time, box, and 17 times x, y and score where there is a pose. */
export type PoseSample = number[];

/** Looks in the window, one in {@link STEP_MS}; the newest comes first. */
const STEPS = 15;
const STEP_MS = 200;
/** A sample this near to its place in the window stands for it, ms. */
const NEAR_MS = 110;
const JOINTS = 17;
/** Joints with a lower score are left out. */
const LEAST_SCORE = 0.08;
/** Of a sample: the joints, the box, whether there is one, and whether it has a pose. */
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
 * Adds a sample and drops those that the window does not need. Pictures that come faster than the window's steps
 * replace each other.
 */
export function addSample(samples: PoseSample[], pose: Pose | null, box: Box, at: number): void {
  const last = samples.at(-1)?.[0];
  const earlier = samples.at(-2)?.[0];
  if (last !== undefined && earlier !== undefined && last - earlier < STEP_MS - 20) samples.pop();
  const sample = [at, ...box];
  if (pose) for (const [x, y, score] of pose.keypoints) sample.push(x, y, score);
  samples.push(sample);
  const oldest = at - STEPS * STEP_MS;
  while (samples.length > 1 && samples[0]![0]! < oldest) samples.shift();
}

/**
 * Fills in the window of a person.
 *
 * @param samples oldest first; the last one is of now.
 * @param stature pixels.
 * @param picture width and height, pixels.
 * @param out of {@link INPUTS} numbers, all of which are written.
 */
export function fillWindow(
  samples: readonly PoseSample[],
  { stature, measured }: { readonly stature: number | null; readonly measured: boolean },
  picture: readonly [width: number, height: number],
  out: Float32Array,
): void {
  out.fill(0);
  const [at = 0, left = 0, top = 0, right = 0, bottom = 0] = samples.at(-1) ?? [];
  const scale = scaleOf(samples, stature);
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  let next = samples.length - 1;
  for (let step = 0; step < STEPS; step++) {
    const wanted = at - step * STEP_MS;
    while (next > 0 && samples[next]![0]! > wanted + NEAR_MS) next--;
    const sample = samples[next]!;
    if (Math.abs(sample[0]! - wanted) > NEAR_MS) continue;
    fillStep(sample, x, y, scale, out, step * PER_STEP);
  }
  fillNow([left, top, right, bottom], { scale, measured: measured ? 1 : 0, picture }, out);
}

/** The stature as far as it is known; a body is nowhere longer than its stature. */
function scaleOf(samples: readonly PoseSample[], stature: number | null): number {
  if (stature !== null && stature > 0) return stature;
  let longest = 1;
  for (const sample of samples) {
    longest = Math.max(longest, sample[3]! - sample[1]!, sample[4]! - sample[2]!);
  }
  return longest;
}

function fillStep(
  sample: PoseSample,
  x: number,
  y: number,
  scale: number,
  out: Float32Array,
  from: number,
): void {
  let at = from;
  if (sample.length > JOINTS_AT) {
    for (let i = JOINTS_AT; i < sample.length; i += 3, at += 3) {
      const score = sample[i + 2]!;
      if (score < LEAST_SCORE) continue;
      out[at] = within((sample[i]! - x) / scale);
      out[at + 1] = within((sample[i + 1]! - y) / scale);
      out[at + 2] = score;
    }
    out[from + 3 * JOINTS] = 1;
  }
  at = from + 3 * JOINTS + 1;
  out[at] = 1;
  for (let i = 0; i < 4; i++) {
    out[at + 1 + i] = within((sample[BOX_AT + i]! - (i % 2 === 0 ? x : y)) / scale);
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

/** As long as a fall lasts: samples that reach back less do not tell how far the hips came down, ms. */
const LEAST_MS = 1_800;

/**
 * How far the hips came down within the window, up to now, pixels; null where they are not seen now, were not
 * seen before, or the window is too short to tell.
 */
export function hipsDrop(samples: readonly PoseSample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last[0]! - first[0]! < LEAST_MS) return null;
  const now = hipsOf(last);
  if (now === null) return null;
  let highest: number | null = null;
  for (let i = 0; i < samples.length - 1; i++) {
    const hips = hipsOf(samples[i]!);
    if (hips !== null) highest = Math.min(highest ?? hips, hips);
  }
  return highest === null ? null : Math.max(0, now - highest);
}

function hipsOf(sample: PoseSample): number | null {
  if (sample.length <= JOINTS_AT) return null;
  const [left, right] = [JOINTS_AT + 3 * K.leftHip, JOINTS_AT + 3 * K.rightHip];
  const seen = [left, right].filter((joint) => sample[joint + 2]! >= BELIEVED);
  if (seen.length === 0) return null;
  return seen.reduce((sum, joint) => sum + sample[joint + 1]!, 0) / seen.length;
}
