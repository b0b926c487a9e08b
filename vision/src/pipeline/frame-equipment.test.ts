import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { smallBelow } from '../detect/choose-looks.ts';
import { loadPpeCard } from '../detect/model-card.ts';
import { equipmentInFrame, readableFrom } from './frame-equipment.ts';

const card = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));
const { belowHeight } = card.region;

describe('readableFrom', () => {
  it('is two thirds of the height up to which there are looks, in a picture much finer than the pass', () => {
    expect(readableFrom(card, 1280, 720)).toBeCloseTo((2 / 3) * belowHeight * 2.5);
  });

  it.each([
    [320, 240],
    [512, 512],
    [640, 480],
    [1024, 768],
    [3840, 2160],
  ])('leaves nobody of %i x %i pictures without a look and unread for ever', (width, height) => {
    const scale = card.input.size / Math.max(width, height);
    expect(readableFrom(card, width, height) * scale).toBeLessThanOrEqual(smallBelow(card, scale));
  });
});

describe('equipmentInFrame', () => {
  const box: Box = [100, 100, 140, 200];
  const helmet = { label: 'helmet', score: 0.9, box: [108, 100, 132, 118] as Box };
  const read = (looked: Box[], readFrom: number) =>
    equipmentInFrame(card, { people: [box], parts: [helmet], looked, readFrom })[0];

  it('reads whoever is high enough for the full pass, or was looked at', () => {
    expect(read([], 100)).toMatchObject({ helmet: 'worn', looked: false });
    expect(read([box], 101)).toMatchObject({ helmet: 'worn', looked: true });
    expect(read([], 101)).toEqual({ helmet: 'unknown', vest: 'unknown', looked: false });
  });
});
