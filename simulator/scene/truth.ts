import type { PathState } from './people/path.ts';
import type { Visibility } from './picture/visibility.ts';
import type { PartTruth, PixelBox, WorkerSpec, WorkerTruth } from './types.ts';

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** The share of a box that lies inside the picture. */
export function shareInside([x1, y1, x2, y2]: PixelBox, width: number, height: number): number {
  const across = Math.max(0, Math.min(width, x2) - Math.max(0, x1));
  const down = Math.max(0, Math.min(height, y2) - Math.max(0, y1));
  return (across * down) / ((x2 - x1) * (y2 - y1));
}

/** The truth about a worker in a frame, rounded for the file. */
export function describeWorker(
  spec: WorkerSpec,
  state: PathState,
  box: PixelBox,
  inFrame: number,
  seen: Visibility,
  parts?: readonly Omit<PartTruth, 'visible'>[],
): WorkerTruth {
  return {
    id: spec.id,
    floor: [round(state.x, 3), round(state.y, 3)],
    heading: round(state.heading, 3),
    speed: round(state.speed, 2),
    act: state.act,
    box: box.map((value) => round(value, 1)) as PixelBox,
    inFrame: round(inFrame, 3),
    visible: round(seen.share, 3),
    visibleBox: seen.box,
    helmet: spec.looks.helmet !== undefined,
    vest: spec.looks.vest !== undefined,
    ...(parts && {
      parts: parts.map(({ label, box: around }, i) => ({
        label,
        box: around.map((value) => round(value, 1)) as PixelBox,
        visible: round(seen.within[i] ?? 0, 3),
      })),
    }),
  };
}
