import type { Pose } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { boneLines, drawPose } from './draw-pose.ts';

const picture = { width: 1280, height: 720 };
const shown = { x: 10, y: 0, width: 640, height: 360 };
const pose = (score: (index: number) => number): Pose => ({
  score: 0.6,
  keypoints: Array.from({ length: 17 }, (_, i) => [100 + 10 * i, 200 + 20 * i, score(i)]),
});

describe('the skeleton of a person', () => {
  it('has twelve bones in the pixels of the shown picture', () => {
    const lines = boneLines(
      pose(() => 0.9),
      picture,
      shown,
    );
    expect(lines).toHaveLength(12);
    expect(lines[0]).toEqual({ from: [85, 150], to: [90, 160] });
  });

  it('leaves out bones with a low-score end', () => {
    // Without the left wrist, the left forearm.
    expect(
      boneLines(
        pose((i) => (i === 9 ? 0.1 : 0.9)),
        picture,
        shown,
      ),
    ).toHaveLength(11);
    expect(
      boneLines(
        pose(() => 0.1),
        picture,
        shown,
      ),
    ).toEqual([]);
  });

  it('is drawn with one stroke per colour, and not without bones', () => {
    const calls: string[] = [];
    const ctx = new Proxy({} as CanvasRenderingContext2D, {
      get: (_, name) => () => calls.push(String(name)),
      set: () => true,
    });
    drawPose(
      ctx,
      pose(() => 0),
      picture,
      shown,
    );
    expect(calls).toEqual([]);
    drawPose(
      ctx,
      pose(() => 0.9),
      picture,
      shown,
    );
    expect(calls.filter((name) => name === 'lineTo')).toHaveLength(12);
    expect(calls.filter((name) => name === 'stroke')).toHaveLength(2);
  });
});
