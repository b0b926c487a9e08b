import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { loadPpeCard } from '../detect/model-card.ts';
import { equipmentInFrame } from './frame-equipment.ts';

const shipped = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));
const card = {
  ...shipped,
  region: { ...shipped.region, finerBy: 1.4 },
  leastHeights: { helmet: 60 },
};
/** A person of a height with a helmet and a vest, in a crop. */
function personOf(height: number, frameScale = 1, { isCropped = true, fullScale = 0.4 } = {}) {
  const box: Box = [100, 100, 100 + height / 3, 100 + height];
  const part = (label: string, from: number, to: number) => ({
    label,
    score: 0.9,
    box: [
      box[0] + height / 12,
      100 + from * height,
      box[2] - height / 12,
      100 + to * height,
    ] as Box,
  });
  const parts = [part('helmet', 0, 0.14), part('vest', 0.2, 0.5)];
  const [one] = equipmentInFrame(card, {
    people: [box],
    parts,
    cropped: isCropped ? [box] : [],
    fullScale,
    frameScale,
  });
  return one!.equipment;
}

describe('the equipment of a small person', () => {
  it('is unknown below the height from which the card vouches for the item', () => {
    expect(personOf(70)).toEqual({ helmet: 'worn', vest: 'worn' });
    expect(personOf(50)).toEqual({ helmet: 'unknown', vest: 'worn' });
  });

  it('is measured in pixels of the frame, not of the drawing', () => {
    expect(personOf(50, 1.5)).toMatchObject({ helmet: 'worn' });
    expect(personOf(70, 0.5)).toMatchObject({ helmet: 'unknown' });
  });

  it('is read from the full pass where no crop would show more', () => {
    const both = { helmet: 'worn', vest: 'worn' };
    // 64 px of a picture that the full pass sees at 0.4, and at 0.9 of its size.
    expect(personOf(64, 1, { isCropped: false })).toEqual({ helmet: 'unknown', vest: 'unknown' });
    expect(personOf(64, 1, { isCropped: false, fullScale: 0.9 })).toEqual(both);
  });
});

describe('the contrast of a person', () => {
  it('is that of the box that covers the person best', () => {
    const person: Box = [100, 100, 150, 250];
    const contrasts = [
      { box: [110, 100, 165, 250] as Box, isLegible: false },
      { box: [98, 101, 150, 250] as Box, isLegible: true },
    ];
    const parts = { parts: [], cropped: [], fullScale: 0.4, frameScale: 1 };
    const isLegible = (of: typeof contrasts) =>
      equipmentInFrame(card, { ...parts, people: [person], contrasts: of })[0]!.isLegible;
    expect(isLegible(contrasts)).toBe(true);
    expect(isLegible(contrasts.slice(0, 1))).toBe(false);
    expect(isLegible([])).toBe(true);
  });
});
