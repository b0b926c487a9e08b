import { describe, expect, it } from 'vitest';
import type { PlanarPicture } from './prepare.ts';
import { StillCheck } from './still-check.ts';

const WIDTH = 200;
const HEIGHT = 120;

/** A wall with a pattern; `noise` is the largest change of a pixel. */
function wall(noise = 0, width = WIDTH, height = HEIGHT): PlanarPicture {
  const pixels = new SharedArrayBuffer(width * height * 1.5);
  const luma = new Uint8Array(pixels);
  let seed = 1;
  for (let i = 0; i < width * height; i++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    luma[i] = 100 + (i % 7) * 5 + Math.round(((seed / 2_147_483_648) * 2 - 1) * noise);
  }
  return { width, height, pixels };
}

/** The same with a figure of 13 x 40 pixels that is a little darker than the wall. */
function withFigure(left: number, darker = 20): PlanarPicture {
  const picture = wall(6);
  const luma = new Uint8Array(picture.pixels);
  for (let y = 50; y < 90; y++) {
    for (let x = left; x < left + 13; x++) luma[y * WIDTH + x]! -= darker;
  }
  return picture;
}

function checkOf(picture: PlanarPicture): StillCheck {
  const check = new StillCheck(StillCheck.create(WIDTH, HEIGHT));
  check.remember(picture);
  return check;
}

describe('StillCheck', () => {
  it('takes noise for no motion', () => {
    expect(checkOf(wall()).isStill(wall(12))).toBe(true);
  });

  it.each([0, 5, 8, 11, 100, 187])('sees a person of 40 px of height at x = %i', (left) => {
    expect(checkOf(wall(6)).isStill(withFigure(left))).toBe(false);
  });

  it('sees a person who goes as well as one who comes', () => {
    expect(checkOf(withFigure(60)).isStill(wall(6))).toBe(false);
  });

  it('adds up slow motion, because the remembered picture stays', () => {
    const check = checkOf(withFigure(60));
    expect(check.isStill(withFigure(60))).toBe(true);
    const firstMove = [61, 62, 63, 64, 65, 66].find((left) => !check.isStill(withFigure(left)));
    expect(firstMove).toBeDefined();
  });

  it('knows nothing before a picture, and of a picture of another size', () => {
    const check = new StillCheck(StillCheck.create(WIDTH, HEIGHT));
    expect(check.isStill(wall())).toBe(false);
    check.remember(wall());
    expect(check.isStill(wall(0, 120, 200))).toBe(false);
    check.remember(wall(0, 2 * WIDTH, HEIGHT));
    expect(check.isStill(wall(0, 2 * WIDTH, HEIGHT))).toBe(false);
    check.remember(wall());
    expect(check.isStill(wall())).toBe(true);
  });

  it('is shared by all threads that have the memory', () => {
    const memory = StillCheck.create(WIDTH, HEIGHT);
    new StillCheck(memory).remember(wall());
    expect(new StillCheck(memory).isStill(wall())).toBe(true);
  });
});
