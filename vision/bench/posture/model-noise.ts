import type { Box, Pose } from '@anshi/contracts';
import { K } from '../../src/judge/body.ts';
import type { Random } from './random.ts';
import type { PostureName } from './stances.ts';
import type { Pixel, Seen, View } from './view.ts';

/** A person as detector and pose model tell of them. */
export interface Told {
  readonly pose: Pose | null;
  readonly box: Box;
}

const HEAD = [K.nose, K.leftEye, K.rightEye, K.leftEar, K.rightEar] as const;
const FACE = [K.nose, K.leftEye, K.rightEye] as const;
const LEGS = [K.leftKnee, K.rightKnee, K.leftAnkle, K.rightAnkle] as const;
const ARMS = [K.leftElbow, K.rightElbow, K.leftWrist, K.rightWrist] as const;
const TRUNK = [K.leftShoulder, K.rightShoulder, K.leftHip, K.rightHip] as const;
/** Medians of the scores of MoveNet in the real clips: upright and lying. */
const SCORES: readonly (readonly [joints: readonly number[], upright: number, lying: number])[] = [
  [TRUNK, 0.68, 0.48],
  [HEAD, 0.52, 0.36],
  [ARMS, 0.5, 0.27],
  [[K.leftKnee, K.rightKnee], 0.55, 0.36],
  [[K.leftAnkle, K.rightAnkle], 0.42, 0.27],
];

/** The errors of the models for one person in one clip. */
export class ModelNoise {
  readonly #random: Random;
  readonly #view: View;
  readonly #jitter: number;
  readonly #missing: number;
  readonly #swapping: number;
  readonly #weak: number;
  readonly #hidden: ReadonlySet<number>;
  readonly #hides: readonly [number, number];
  /** What hides a part of the body cuts its box as well. */
  readonly #cuts: boolean;
  /** Errors that last, by joint, shares of the body's length. */
  readonly #drift: [number, number][] = Array.from({ length: 17 }, () => [0, 0]);

  constructor(random: Random, view: View, length: number) {
    this.#random = random;
    this.#view = view;
    this.#jitter = random.between(0.006, 0.022);
    this.#missing = random.chance(0.3) ? random.between(0.05, 0.3) : 0.02;
    this.#swapping = random.chance(0.3) ? random.between(0.05, 0.5) : 0.02;
    this.#weak = random.between(0.7, 1.15);
    const what = random.weighted({ nothing: 12, legs: 3, head: 2, arms: 1, one: 2 });
    this.#hidden = new Set<number>(
      what === 'legs'
        ? LEGS
        : what === 'head'
          ? HEAD
          : what === 'arms'
            ? ARMS
            : what === 'one'
              ? [Math.floor(random.between(5, 17)), Math.floor(random.between(5, 17))]
              : [],
    );
    this.#cuts = random.chance(0.6) && (what === 'legs' || what === 'head');
    const from = random.between(-0.5, 0.7) * length;
    this.#hides = [from, from + random.between(0.2, 1.2) * length];
  }

  /** Null where neither sees the person. */
  tell(seen: Seen, name: PostureName, at: number): Told | null {
    const random = this.#random;
    const { width, height } = this.#view;
    const isCut = this.#cuts && at >= this.#hides[0] && at < this.#hides[1];
    const isShown = (joint: number) => !isCut || !this.#hidden.has(joint);
    const ends = isCut ? [] : seen.ends;
    const shown = [...seen.joints.filter((_, joint) => isShown(joint)), ...ends].filter(
      (point) => point !== null,
    );
    if (shown.length < 10) return null;
    const whole = boxOf(shown);
    const size = Math.max(whole[2] - whole[0], whole[3] - whole[1], 20);
    const inside = seen.joints.filter((point) => point && isInside(point, width, height)).length;
    if (inside < 5) return null;
    const isLying = name === 'lying';
    if (random.chance(isLying ? 0.04 : 0.015)) return null;
    const box = this.#box(whole, size, isLying);
    const blind = this.#missing * (isLying ? 2 : 1) * (inside < 10 ? 2 : 1);
    if (random.chance(Math.min(0.7, blind))) return { pose: null, box };
    return { pose: this.#pose(seen, { name, at, size }), box };
  }

  #box(whole: Box, size: number, isLying: boolean): Box {
    const random = this.#random;
    const { width, height } = this.#view;
    const off = () => random.normal(isLying ? 0.035 : 0.018) * size;
    const margin = 0.035 * size;
    // A detector of standing people draws a part of who lies, now and then.
    const part = isLying && random.chance(0.12) ? random.between(0.15, 0.4) : 0;
    const [first, last] = random.chance(0.5) ? [part, 0] : [0, part];
    const long = whole[2] - whole[0] > whole[3] - whole[1];
    const [dx, dy] = long ? [whole[2] - whole[0], 0] : [0, whole[3] - whole[1]];
    const left = Math.max(0, whole[0] - margin + off() + first * dx);
    const top = Math.max(0, whole[1] - margin + off() + first * dy);
    return [
      left,
      top,
      Math.max(left + 5, Math.min(width, whole[2] + margin + off() - last * dx)),
      Math.max(top + 5, Math.min(height, whole[3] + margin + off() - last * dy)),
    ];
  }

  #pose(
    { joints, facing, depths }: Seen,
    { name, at, size }: { name: PostureName; at: number; size: number },
  ): Pose {
    const random = this.#random;
    const { width, height } = this.#view;
    const down = name === 'lying' ? 1 : name === 'upright' ? 0 : 0.45;
    const jitter = this.#jitter * (1 + 1.6 * down) * size;
    const order = this.#order();
    const hides = at >= this.#hides[0] && at < this.#hides[1];
    const middle = depths.reduce((sum, depth) => sum + depth, 0) / depths.length;
    // Now and then the model sees a part of a body that lies somewhere else altogether.
    const lost = random.chance(0.12 * down) ? random.pick([LEGS, ARMS, HEAD]) : [];
    const keypoints = order.map((from, joint): [number, number, number] => {
      const real = joints[from] ?? [width / 2, height];
      const drift = this.#drift[joint]!;
      for (const axis of [0, 1] as const) {
        drift[axis] = 0.8 * drift[axis] + random.normal(0.5 * this.#jitter * (1 + 2 * down));
      }
      let trust = this.#scoreOf(joint, down) * random.between(0.75, 1.2);
      let wild = 1;
      if (FACE.includes(joint as never) && facing < 0) trust *= 1 + 0.5 * Math.max(-1, facing);
      if (depths[from]! - middle > 0.12) trust *= random.between(0.55, 1);
      if (hides && this.#hidden.has(joint)) {
        trust *= random.between(0.1, 0.55);
        wild = 4;
      }
      if ((lost as readonly number[]).includes(joint)) {
        trust *= random.between(0.2, 0.8);
        wild = 9;
      }
      if (!isInside(real, width, height)) trust *= random.between(0.05, 0.4);
      const x = real[0] + random.normal(jitter * wild) + drift[0] * size;
      const y = real[1] + random.normal(jitter * wild) + drift[1] * size;
      return [
        tenths(Math.max(0, Math.min(width, x))),
        tenths(Math.max(0, Math.min(height, y))),
        hundredths(Math.max(0.01, Math.min(0.95, trust))),
      ];
    });
    const score = keypoints.reduce((sum, [, , one]) => sum + one, 0) / 17;
    return { score: hundredths(score), keypoints };
  }

  #scoreOf(joint: number, down: number): number {
    const [, upright, lying] = SCORES.find(([joints]) => joints.includes(joint))!;
    return this.#weak * (upright + down * (lying - upright));
  }

  /** Which joint is told as which: left and right of the body, or of its legs, are mixed up. */
  #order(): number[] {
    const random = this.#random;
    const all = random.chance(0.7 * this.#swapping);
    const legs = random.chance(0.3 * this.#swapping) !== all;
    return Array.from({ length: 17 }, (_, joint) => {
      if (joint === 0) return 0;
      const other = joint % 2 === 1 ? joint + 1 : joint - 1;
      return (joint >= K.leftHip ? legs : all) ? other : joint;
    });
  }
}

function boxOf(points: readonly Pixel[]): Box {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

const isInside = ([x, y]: Pixel, width: number, height: number): boolean =>
  x >= 0 && y >= 0 && x <= width && y <= height;
const tenths = (value: number) => Math.round(10 * value) / 10;
const hundredths = (value: number) => Math.round(100 * value) / 100;
