import type { Box, Point, Pose } from '@anshi/contracts';
import type { Random } from '@anshi/contracts/testing/random';

/*
 * People from the side as flat stick figures, for streams with poses. Written for the generator alone, in the
 * plane of the picture; lengths are shares of the stature after Drillis and Contini (1966).
 */

/** Angles in degrees, positive towards where the person looks: of the torso from up, of limbs from down. */
export interface Posture {
  readonly torso: number;
  readonly thighs: readonly [number, number];
  readonly shanks: readonly [number, number];
  readonly uppers: readonly [number, number];
  readonly lowers: readonly [number, number];
}

const hanging = { uppers: [0, 0], lowers: [5, 5] } as const;
export const postures = {
  stand: { torso: 0, thighs: [0, 0], shanks: [0, 0], ...hanging },
  bend: { torso: 80, thighs: [-8, -8], shanks: [0, 0], ...hanging },
  squat: { torso: 30, thighs: [100, 100], shanks: [-30, -30], ...hanging },
  sit: { torso: 0, thighs: [88, 88], shanks: [0, 0], ...hanging },
  lie: { torso: 88, thighs: [-88, -88], shanks: [-88, -88], uppers: [60, 60], lowers: [80, 80] },
  step: { torso: 5, thighs: [95, 0], shanks: [35, 0], ...hanging },
  reach: { torso: 4, thighs: [0, 0], shanks: [0, 0], uppers: [85, 0], lowers: [88, 5] },
  call: { torso: 0, thighs: [0, 0], shanks: [0, 0], uppers: [60, 0], lowers: [205, 5] },
} as const satisfies Record<string, Posture>;

/** A stride: legs and arms swing against each other. */
export function stride(seconds: number): Posture {
  const swing = Math.sin(2 * Math.PI * seconds);
  return {
    torso: 3,
    thighs: [22 * swing, -22 * swing],
    shanks: [22 * swing - 8, -22 * swing - 8],
    uppers: [-18 * swing, 18 * swing],
    lowers: [10 - 18 * swing, 10 + 18 * swing],
  };
}

export function mix(a: Posture, b: Posture, share: number): Posture {
  const one = (x: number, y: number) => x + share * (y - x);
  const two = (x: readonly [number, number], y: readonly [number, number]) =>
    [one(x[0], y[0]), one(x[1], y[1])] as const;
  return {
    torso: one(a.torso, b.torso),
    thighs: two(a.thighs, b.thighs),
    shanks: two(a.shanks, b.shanks),
    uppers: two(a.uppers, b.uppers),
    lowers: two(a.lowers, b.lowers),
  };
}

/** Standard deviation of a keypoint as a share of the stature, and share of those that are not seen. */
const NOISE = { place: 0.01, unseen: 0.04 } as const;

/** What is seen of a figure. */
export interface Drawn {
  readonly pose: Pose;
  readonly box: Box;
  /** The middle of the hand that reaches out, without noise. */
  readonly hand: Point;
}

/**
 * Draws a posture.
 *
 * @param foot where the feet stand, pixels; `facing` is 1 to the right and -1 to the left.
 */
export function draw(
  posture: Posture,
  foot: Point,
  stature: number,
  facing: 1 | -1,
  random: Random,
): Drawn {
  const turn = (degrees: number): Point => {
    const angle = (degrees * Math.PI) / 180;
    return [facing * Math.sin(angle), Math.cos(angle)];
  };
  const go = ([x, y]: Point, [dx, dy]: Point, by: number): Point => [
    x + by * stature * dx,
    y + by * stature * dy,
  ];
  const lean = turn(posture.torso);
  const up: Point = [lean[0], -lean[1]];
  const ahead: Point = [facing * lean[1], lean[0] * facing];
  const hips: Point = [0, 0];
  const neck = go(hips, up, 0.288);
  const ear = go(neck, up, 0.1);
  const legs = ([0, 1] as const).map((side) => {
    const knee = go(hips, turn(posture.thighs[side]), 0.245);
    return { knee, ankle: go(knee, turn(posture.shanks[side]), 0.246) };
  });
  const arms = ([0, 1] as const).map((side) => {
    const elbow = go(neck, turn(posture.uppers[side]), 0.186);
    const wrist = go(elbow, turn(posture.lowers[side]), 0.146);
    return { elbow, wrist, hand: go(wrist, turn(posture.lowers[side]), 0.054) };
  });
  const points: Point[] = [
    go(go(ear, ahead, 0.06), up, -0.005),
    go(go(ear, ahead, 0.045), up, 0.018),
    go(go(ear, ahead, 0.045), up, 0.018),
    ear,
    ear,
    neck,
    neck,
    arms[0]!.elbow,
    arms[1]!.elbow,
    arms[0]!.wrist,
    arms[1]!.wrist,
    hips,
    hips,
    legs[0]!.knee,
    legs[1]!.knee,
    legs[0]!.ankle,
    legs[1]!.ankle,
  ];
  const lowest = Math.max(...points.map(([, y]) => y));
  const [x, y] = [foot[0], foot[1] - lowest - 0.039 * stature];
  const noise = () => random.normal(NOISE.place * stature);
  const keypoints = points.map((point): [number, number, number] => [
    x + point[0] + noise(),
    y + point[1] + noise(),
    random.chance(NOISE.unseen) ? 0.1 : random.between(0.4, 0.9),
  ]);
  const crown = go(ear, up, 0.09);
  const all = [...points, crown].map((point): Point => [x + point[0], y + point[1]]);
  const margin = 0.045 * stature;
  const box: Box = [
    Math.min(...all.map(([px]) => px)) - margin + noise(),
    Math.min(...all.map(([, py]) => py)) - 0.3 * margin + noise(),
    Math.max(...all.map(([px]) => px)) + margin + noise(),
    foot[1] + noise(),
  ];
  const [hx, hy] = arms[0]!.hand;
  return { pose: { score: 0.8, keypoints }, box, hand: [x + hx, y + hy] };
}
