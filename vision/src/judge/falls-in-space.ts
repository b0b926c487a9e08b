import type { Observation } from '@anshi/contracts';
import {
  type Build,
  blend,
  type Stance,
  skeletonOf,
  UPRIGHT,
} from '../../bench/posture/skeleton.ts';
import { projectBody, type View } from '../../bench/posture/view.ts';
import { SHARES } from './body.ts';
import { boxAround } from './figures.ts';
import { START } from './scenes.ts';

/** Falls before a camera with perspective, for the tests of the rule person-down. */

const BUILD: Build = {
  stature: 1.7,
  torso: SHARES.torso,
  thigh: SHARES.thigh,
  shank: SHARES.shank,
  arm: 1,
  shoulders: 0.115,
  hips: 0.08,
};
const PRONE: Stance = {
  ...UPRIGHT,
  pitch: 90,
  thighs: [8, 12],
  knees: [10, 20],
  arms: [60, 120],
  wings: [30, 50],
  elbows: [60, 30],
  footed: 0.5,
};

/** Where the camera is, and how the person stands to it. */
export interface Place {
  /** Degrees downwards. */
  readonly tilt: number;
  /** Above the floor, metres. */
  readonly up: number;
  /** Facing direction, degrees: 0 away from the camera. */
  readonly yaw: number;
}

/**
 * Stands, falls forward from 3 to 4 s, and lies; every 200 ms.
 *
 * @param rises when the person gets up again, within a second, ms.
 */
export function fallInSpace(
  { tilt, up, yaw }: Place,
  until: number,
  rises = Number.POSITIVE_INFINITY,
): Observation[] {
  const [width, height] = [1280, 720];
  // In the middle of the picture.
  const ahead = (up - 0.6) / Math.tan((tilt * Math.PI) / 180);
  const view: View = { width, height, focal: 900, up, tilt, roll: 0, start: [ahead, 0] };
  const observations: Observation[] = [];
  for (let ms = 0; ms < until; ms += 200) {
    const fallen = Math.max(0, Math.min(1, (ms - 3000) / 1000)) ** 1.5;
    const share = ms < rises ? fallen : Math.max(0, 1 - (ms - rises) / 1000);
    const stance = blend(UPRIGHT, PRONE, share);
    const { joints } = projectBody(view, skeletonOf(stance, BUILD), BUILD, [ahead, 0], yaw);
    const score = share < 0.5 ? 0.55 : 0.4;
    const pose = {
      score,
      keypoints: joints.map((joint): [number, number, number] => [...joint!, score]),
    };
    observations.push({
      camera: 'gate',
      at: new Date(START + ms).toISOString(),
      width,
      height,
      people: [
        {
          track: 'a',
          box: boxAround(pose),
          score: 0.8,
          floor: null,
          floorDeviation: null,
          equipment: {},
          pose,
          zones: [],
          violations: [],
        },
      ],
      parts: [],
      machines: [],
    });
  }
  return observations;
}
