import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import type { DetectedPose } from '../frame.ts';
import { type PoseCard, readModelCard } from './model-card.ts';
import { mergePoseCrops, type PoseCrop, poseInCrop, selectPoseCrops } from './pose-crops.ts';

const read = readModelCard(join(import.meta.dirname, '../../../models/pose'));
if (read.task !== 'pose-estimation') throw new Error('models/pose is no pose model');
const card: PoseCard = { ...read, weightsPath: '' };
const person = (x: number, height: number, score = 0.8) => ({
  label: 'person',
  score,
  box: [x, 200, x + height / 3, 200 + height] as Box,
});
/** A pose that fills a box. */
const poseIn = (box: Box, score = 0.6): DetectedPose => ({
  score,
  box,
  keypoints: Array.from({ length: 17 }, (_, i) => [
    (box[0] + box[2]) / 2,
    box[1] + ((box[3] - box[1]) * (i + 0.5)) / 17,
    0.8,
  ]),
});
const base = { width: 1280, height: 720, scale: 0.2, round: 0, expected: [], poses: [] };

describe('selectPoseCrops', () => {
  it('crops people whom the full pass missed or shows small, not tiny or near ones', () => {
    const near = person(900, 420);
    const people = [person(100, 150), person(300, 40), person(500, 150, 0.1), near];
    const crops = selectPoseCrops(card, { ...base, people, poses: [poseIn(near.box)] });
    expect(crops.map((crop) => crop.person[0])).toEqual([100]);
    expect(crops[0]!.region.width).toBeCloseTo(150 * card.region.side, 5);
  });

  it('crops missed people first, also near ones', () => {
    const [seen, missed] = [person(100, 150), person(500, 450)];
    const people = [seen, missed];
    const crops = selectPoseCrops(card, { ...base, people, poses: [poseIn(seen.box)] });
    expect(crops.map((crop) => crop.person[0])).toEqual([500, 100]);
  });

  it('crops the last place of a lost person, and a detected one once', () => {
    const expected: Box[] = [
      [101, 201, 151, 351],
      [700, 300, 750, 450],
    ];
    const crops = selectPoseCrops(card, { ...base, people: [person(100, 150)], expected });
    expect(crops.map(({ person: box, lost }) => [box[0], lost])).toEqual([
      [100, false],
      [700, true],
    ]);
    expect(crops[1]!.region.width).toBeCloseTo(150 * card.region.lostSide, 5);
  });

  it('rotates through all people where they exceed the budget, and keeps the crop in the picture', () => {
    const people = Array.from({ length: 7 }, (_, i) => person(200 * i - 30, 150));
    const counts = new Map<number, number>();
    for (let round = 0; round < 14; round++) {
      const crops = selectPoseCrops(card, { ...base, people, round });
      expect(crops).toHaveLength(card.region.perFrame);
      for (const { person: box, region } of crops) {
        counts.set(box[0], (counts.get(box[0]) ?? 0) + 1);
        expect(region.left).toBeGreaterThanOrEqual(0);
        expect(region.left + region.width).toBeLessThanOrEqual(1280);
      }
    }
    expect(new Set(counts.values())).toEqual(new Set([2 * card.region.perFrame]));
  });
});

describe('poseInCrop', () => {
  const crop = (box: Box, lost = false): PoseCrop => ({
    person: box,
    lost,
    region: { left: 0, top: 0, width: 300, height: 300 },
  });

  it('takes the pose of the cropped person, not a neighbour’s', () => {
    const [one, neighbour] = [person(100, 150), person(160, 150)];
    const poses = [poseIn(neighbour.box, 0.9), poseIn(one.box, 0.5)];
    expect(poseInCrop(card, crop(one.box), poses, [one, neighbour])).toBe(poses[1]);
    expect(poseInCrop(card, crop(one.box), [poses[0]!], [one, neighbour])).toBeUndefined();
  });

  it('takes a pose beside a lost person’s place, unless it belongs to another person', () => {
    const lying = poseIn([140, 320, 290, 360], 0.4);
    const standing: Box = [100, 200, 150, 350];
    expect(poseInCrop(card, crop(standing, true), [lying], [])).toBe(lying);
    const other = { label: 'person', score: 0.8, box: lying.box };
    expect(poseInCrop(card, crop(standing, true), [lying], [other])).toBeUndefined();
  });
});

describe('mergePoseCrops', () => {
  it('replaces poses of the full pass by those of crops, and keeps the others', () => {
    const one = person(100, 150);
    const rough = poseIn([95, 210, 150, 330], 0.9);
    const other = poseIn([600, 200, 650, 350], 0.5);
    const closer = poseIn(one.box, 0.6);
    const region = { left: 0, top: 0, width: 200, height: 200 };
    const crops = [{ crop: { person: one.box, lost: false, region }, pose: closer }];
    expect(mergePoseCrops(card, [rough, other], crops)).toEqual([closer, other]);
    expect(mergePoseCrops(card, [rough, other], [])).toEqual([rough, other]);
  });
});
