import type { Box } from '@anshi/contracts';

/** The truth of a rendered clip, as far as it tells where heads are; simulator/clips/README.md. */
export interface SceneTruth {
  width: number;
  height: number;
  fps: number;
  duration: number;
  camera: {
    /** Metres. */
    position: readonly [number, number, number];
    /** Degrees from the first axis of the floor, and down from the horizontal. */
    yawDeg: number;
    pitchDeg: number;
    /** Degrees, of the height of the picture. */
    fovDeg: number;
  };
  frames: {
    t: number;
    workers: {
      /** Below the hips, metres. */
      floor: readonly [number, number];
      /** Radians. */
      heading: number;
      box: Box;
      act: string;
      visible: number;
      inFrame: number;
      helmet: boolean;
    }[];
  }[];
}

/** A head of a worker in the picture, pixels. */
export interface SceneHead {
  readonly label: 'helmet' | 'head';
  readonly box: Box;
}

/** Of a worker, so much must be seen. */
const VISIBLE = 0.6;
/** Height of the middle of a head, and how far it is before the hips, metres. */
const HEAD_HEIGHT = 1.65;
const LEANS = 0.07;
/** Size of a head with its helmet, metres. */
const HEAD_SIZE = [0.26, 0.31] as const;

/** Heads of the upright workers who are seen. The truth has their place on the floor and the upper end of their bodies. */
export function headsAt(truth: SceneTruth, t: number): SceneHead[] {
  const frame = truth.frames[Math.min(truth.frames.length - 1, Math.round(t * truth.fps))];
  return (frame?.workers ?? [])
    .filter(({ act, visible, inFrame }) => act !== 'work' && visible >= VISIBLE && inFrame > 0.99)
    .map(({ floor: [x, y], heading, box: [, top], helmet }) => {
      const place = [
        x + LEANS * Math.cos(heading),
        y + LEANS * Math.sin(heading),
        HEAD_HEIGHT,
      ] as const;
      const { column, metre } = project(truth, place);
      const [wide, tall] = HEAD_SIZE;
      const box: Box = [
        column - (wide / 2) * metre,
        top,
        column + (wide / 2) * metre,
        top + tall * metre,
      ];
      return { label: helmet ? 'helmet' : 'head', box };
    });
}

/** Column of a place in the picture, and how many pixels a metre has there: a pinhole camera without roll. */
function project(
  { width, height, camera }: Pick<SceneTruth, 'width' | 'height' | 'camera'>,
  [x, y, z]: readonly [number, number, number],
): { column: number; metre: number } {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const [yaw, pitch] = [radians(camera.yawDeg), radians(camera.pitchDeg)];
  const focal = height / 2 / Math.tan(radians(camera.fovDeg) / 2);
  const [dx, dy, dz] = [x - camera.position[0], y - camera.position[1], z - camera.position[2]];
  const ahead = dx * Math.cos(yaw) + dy * Math.sin(yaw);
  const depth = ahead * Math.cos(pitch) - dz * Math.sin(pitch);
  const aside = dx * Math.sin(yaw) - dy * Math.cos(yaw);
  return { column: width / 2 + (focal * aside) / depth, metre: focal / depth };
}
