import { describe, expect, it } from 'vitest';
import { containRect, cropAround, mapBox } from './geometry.ts';

const picture = { width: 1280, height: 720 };

describe('a picture shown with object-fit: contain', () => {
  it('has bars left and right in a wide element', () => {
    expect(containRect(picture, { width: 1000, height: 360 })).toEqual({
      x: 180,
      y: 0,
      width: 640,
      height: 360,
    });
  });

  it('has bars above and below in a tall element', () => {
    expect(containRect(picture, { width: 320, height: 400 })).toEqual({
      x: 0,
      y: 110,
      width: 320,
      height: 180,
    });
  });

  it('shows a box of picture pixels where the person is', () => {
    const shown = containRect(picture, { width: 1000, height: 360 });
    expect(mapBox([640, 360, 1280, 720], picture, shown)).toEqual({
      x: 500,
      y: 180,
      width: 320,
      height: 180,
    });
  });

  it('maps boxes of an analysis size that differs from the picture to the same place', () => {
    const shown = containRect(picture, { width: 640, height: 360 });
    const half = { width: 640, height: 360 };
    expect(mapBox([100, 50, 200, 150], half, shown)).toEqual(
      mapBox([200, 100, 400, 300], picture, shown),
    );
  });
});

describe('the crop around a person', () => {
  it('has the aspect of its frame and holds the whole box', () => {
    const crop = cropAround([600, 200, 660, 400], picture, 4 / 3);
    expect(crop.width / crop.height).toBeCloseTo(4 / 3);
    expect(crop.x).toBeLessThanOrEqual(600);
    expect(crop.x + crop.width).toBeGreaterThanOrEqual(660);
    expect(crop.y).toBeLessThanOrEqual(200);
    expect(crop.y + crop.height).toBeGreaterThanOrEqual(400);
  });

  it('stays inside the picture at its corner', () => {
    const crop = cropAround([1240, 660, 1280, 720], picture, 4 / 3);
    expect(crop.x + crop.width).toBeLessThanOrEqual(1280);
    expect(crop.y + crop.height).toBeLessThanOrEqual(720);
  });

  it('is the picture itself at most', () => {
    const crop = cropAround([0, 0, 1280, 720], picture, 16 / 9);
    expect(crop).toEqual({ x: 0, y: 0, width: 1280, height: 720 });
  });
});
