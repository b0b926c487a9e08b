import { describe, expect, it } from 'vitest';
import type { DetectedPose } from '../frame.ts';
import { dropDuplicatePoses, readMovenetPoses } from './movenet-poses.ts';

/** A row of the model's output: all keypoints at one point, and the person's box and score. */
function row(y: number, x: number, point: number, box: number[], score: number): number[] {
  return [...Array.from({ length: 17 }, () => [y, x, point]).flat(), ...box, score];
}
const here = { scaleX: 0.2, scaleY: 0.2, left: 100, top: 40 };
const none = row(0, 0, 0, [0, 0, 0, 0], 0.05);

describe('readMovenetPoses', () => {
  it('converts tensor shares to picture pixels, y before x', () => {
    const output = Float32Array.from([...row(0.5, 0.25, 0.9, [0.4, 0.2, 0.6, 0.3], 0.7), ...none]);
    const [pose, ...others] = readMovenetPoses(output, 256, 160, here, 0.1);
    expect(others).toEqual([]);
    expect(pose!.score).toBeCloseTo(0.7, 5);
    expect(pose!.keypoints).toHaveLength(17);
    const [x, y, score] = pose!.keypoints[16]!;
    expect([x, y]).toEqual([100 + (0.25 * 256) / 0.2, 40 + (0.5 * 160) / 0.2]);
    expect(score).toBeCloseTo(0.9, 5);
    const box = [100 + 256, 40 + 320, 100 + 384, 40 + 480];
    for (const i of [0, 1, 2, 3]) expect(pose!.box[i]).toBeCloseTo(box[i]!, 3);
  });

  it('discards low scores and NaN', () => {
    const weak = row(0.5, 0.5, 0.9, [0.4, 0.4, 0.6, 0.6], 0.29);
    const broken = row(Number.NaN, 0.5, 0.9, [0.4, 0.4, 0.6, 0.6], 0.9);
    const output = Float32Array.from([...weak, ...broken]);
    expect(readMovenetPoses(output, 256, 256, here, 0.3)).toEqual([]);
  });

  it('refuses an output of another shape', () => {
    expect(() => readMovenetPoses(new Float32Array(57), 256, 256, here, 0.3)).toThrow(
      'the pose model gave 57 numbers, not rows of 56',
    );
  });
});

describe('dropDuplicatePoses', () => {
  const pose = (score: number, x: number, spread = 0): DetectedPose => ({
    score,
    keypoints: Array.from({ length: 17 }, (_, i) => [x + spread * (i % 2), 10 * i, 0.8]),
    box: [x - 20, 0, x + 20, 170],
  });

  it('keeps the better of two poses of one person', () => {
    const [first, second] = [pose(0.5, 103), pose(0.7, 100)];
    expect(dropDuplicatePoses([first, second])).toEqual([second]);
  });

  it('keeps two people side by side, and two with different keypoints', () => {
    expect(dropDuplicatePoses([pose(0.7, 100), pose(0.5, 140)])).toHaveLength(2);
    expect(dropDuplicatePoses([pose(0.7, 100), pose(0.5, 104, 60)])).toHaveLength(2);
  });
});
