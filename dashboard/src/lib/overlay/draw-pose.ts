import type { Pose } from '@anshi/contracts';
import { filmColours } from './draw.ts';
import { mapPoint, type Rect, type Size } from './geometry.ts';

/** Score threshold of drawn keypoints. */
const least = 0.2;

/**
 * Bones by keypoint numbers in COCO order: 5 and 6 shoulders, 7 and 8 elbows, 9 and 10 wrists, 11
 * and 12 hips, 13 and 14 knees, 15 and 16 ankles. Face keypoints are not drawn.
 */
const bones = [
  [5, 6],
  [5, 7],
  [7, 9],
  [6, 8],
  [8, 10],
  [5, 11],
  [6, 12],
  [11, 12],
  [11, 13],
  [13, 15],
  [12, 14],
  [14, 16],
] as const;

/** Lines of a skeleton in the shown picture, with both ends above the threshold. */
export function boneLines(
  pose: Pose,
  picture: Size,
  shown: Rect,
): { from: readonly [number, number]; to: readonly [number, number] }[] {
  const at = (index: number) => {
    const [x, y, score] = pose.keypoints[index] ?? [0, 0, 0];
    return score >= least ? mapPoint([x, y], picture, shown) : null;
  };
  return bones.flatMap(([a, b]) => {
    const [from, to] = [at(a), at(b)];
    return from && to ? [{ from, to }] : [];
  });
}

/** A thin skeleton: dark below, light above, visible on any picture. */
export function drawPose(
  ctx: CanvasRenderingContext2D,
  pose: Pose,
  picture: Size,
  shown: Rect,
): void {
  const lines = boneLines(pose, picture, shown);
  if (lines.length === 0) return;
  ctx.save();
  ctx.lineCap = 'round';
  ctx.beginPath();
  for (const { from, to } of lines) {
    ctx.moveTo(from[0], from[1]);
    ctx.lineTo(to[0], to[1]);
  }
  ctx.strokeStyle = filmColours.plate;
  ctx.lineWidth = 3;
  ctx.stroke();
  ctx.strokeStyle = filmColours.unknown;
  ctx.lineWidth = 1.25;
  ctx.stroke();
  ctx.restore();
}
