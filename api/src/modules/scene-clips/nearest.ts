import type { Point } from '@anshi/contracts';
import type { KnownCamera } from '../cameras/looking-at.ts';

type Placed = Pick<KnownCamera, 'floorPlan' | 'calibration'>;

/** The middle of the floor that a camera was calibrated on, metres; null where it was not. */
function middleOf({ calibration = [] }: Placed): Point | null {
  if (calibration.length === 0) return null;
  const sum = (axis: 0 | 1) => calibration.reduce((all, { floor }) => all + floor[axis], 0);
  return [sum(0) / calibration.length, sum(1) / calibration.length];
}

/**
 * Cameras with those first that look at the floor nearest to a place. The configuration has no positions of cameras: the floor
 * points of the calibration say where each looks. Cameras that are not calibrated, or on another floor plan, follow in
 * their order; without a place all keep their order.
 *
 * @param place metres of the floor plan; null where it is not known.
 */
export function nearestFirst<Camera extends Placed>(
  cameras: readonly Camera[],
  place: Point | null,
  floorPlan: string | undefined,
): Camera[] {
  if (place === null || floorPlan === undefined) return [...cameras];
  const distance = (camera: Camera): number => {
    const middle = camera.floorPlan === floorPlan ? middleOf(camera) : null;
    return middle ? Math.hypot(middle[0] - place[0], middle[1] - place[1]) : Number.MAX_VALUE;
  };
  return cameras
    .map((camera) => ({ camera, metres: distance(camera) }))
    .sort((a, b) => a.metres - b.metres)
    .map(({ camera }) => camera);
}
