import type { ClipBoxes } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { boxesAt } from './clip-boxes.ts';

const box = (left: number, track: string | null) => ({
  label: 'person',
  box: [left, 0, left + 10, 20] as [number, number, number, number],
  score: 0.9,
  track,
});

const clip: ClipBoxes = {
  width: 100,
  height: 50,
  tracks: ['a'],
  frames: [
    { t: 0, boxes: [box(0, 'a')] },
    { t: 0.2, boxes: [box(10, 'a'), box(80, 'b'), box(40, null)] },
    { t: 0.4, boxes: [box(20, 'a')] },
    { t: 3, boxes: [box(60, 'a')] },
  ],
};
const lefts = (t: number) => boxesAt(clip, t).map((one) => [one.track, Math.round(one.box[0])]);

describe('boxes of a clip', () => {
  it('are interpolated between analysed frames', () => {
    expect(lefts(0.1)).toEqual([['a', 5]]);
    expect(lefts(0.2)[0]).toEqual(['a', 10]);
    expect(lefts(0.3)[0]).toEqual(['a', 15]);
  });

  it('stay in place if the next frame does not have them', () => {
    expect(lefts(0.3)).toEqual([
      ['a', 15],
      ['b', 80],
      [null, 40],
    ]);
  });

  it('are not held over a gap, nor drawn before the first frame', () => {
    expect(lefts(0.9)).toEqual([['a', 20]]);
    expect(lefts(1.5)).toEqual([]);
    expect(boxesAt(clip, -1)).toEqual([]);
    expect(lefts(3.1)).toEqual([['a', 60]]);
  });
});
