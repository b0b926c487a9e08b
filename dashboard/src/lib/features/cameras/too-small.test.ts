import { describe, expect, it } from 'vitest';
import type { Spot } from './shapes.ts';
import { areaAbove, shareTooSmall } from './too-small.ts';

const border: Spot[] = [
  [0, 200],
  [640, 200],
  [1280, 300],
];
const box = (left: number, top: number, right: number, bottom: number): Spot[] => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];

describe('the part of a zone where people are too small', () => {
  it('is what lies above the border', () => {
    expect(shareTooSmall(box(0, 100, 400, 300), border)).toBeCloseTo(0.5, 1);
    expect(shareTooSmall(box(0, 300, 400, 500), border)).toBe(0);
    expect(shareTooSmall(box(100, 0, 400, 150), border)).toBe(1);
    // Between two points of the border: half way between 200 and 300.
    expect(shareTooSmall(box(950, 200, 970, 300), border)).toBeCloseTo(0.5, 1);
  });

  it('is of the zone, not of its bounds', () => {
    const triangle: Spot[] = [
      [100, 300],
      [300, 300],
      [200, 100],
    ];
    expect(shareTooSmall(triangle, border)).toBeCloseTo(0.25, 1);
    expect(shareTooSmall([], border)).toBe(0);
  });

  it('is drawn from the upper edge of the picture down to the border', () => {
    expect(areaAbove(border)).toBe('0,0 0,200 640,200 1280,300 1280,0');
  });
});
