import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { loadPpeCard } from '../detect/model-card.ts';
import { equipmentInFrame } from './frame-equipment.ts';

const card = {
  ...loadPpeCard(join(import.meta.dirname, '../../../models/ppe')),
  leastHeights: { helmet: 60 },
};
/** A person of a height with a helmet and a vest, in a crop. */
function personOf(height: number, frameScale = 1) {
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
    cropped: [box],
    fullScale: 0.4,
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
});
