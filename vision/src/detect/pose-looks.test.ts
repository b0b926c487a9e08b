import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import type { DetectedPose } from '../frame.ts';
import { type PoseCard, readModelCard } from './model-card.ts';
import { choosePoseLooks, mergePoseLooks, type PoseLook, poseOfLook } from './pose-looks.ts';

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
const base = { width: 1280, height: 720, scale: 0.2, turn: 0, expected: [], poses: [] };

describe('choosePoseLooks', () => {
  it('looks at people whom the full pass missed or shows small, not at the tiny, not at the near', () => {
    const near = person(900, 420);
    const people = [person(100, 150), person(300, 40), person(500, 150, 0.1), near];
    const looks = choosePoseLooks(card, { ...base, people, poses: [poseIn(near.box)] });
    expect(looks.map((look) => look.person[0])).toEqual([100]);
    expect(looks[0]!.region.width).toBeCloseTo(150 * card.region.side, 5);
  });

  it('looks first at those who were missed, a near one too', () => {
    const [seen, missed] = [person(100, 150), person(500, 450)];
    const people = [seen, missed];
    const looks = choosePoseLooks(card, { ...base, people, poses: [poseIn(seen.box)] });
    expect(looks.map((look) => look.person[0])).toEqual([500, 100]);
  });

  it('looks around the place where somebody was lost, and once at whom the detector still has', () => {
    const expected: Box[] = [
      [101, 201, 151, 351],
      [700, 300, 750, 450],
    ];
    const looks = choosePoseLooks(card, { ...base, people: [person(100, 150)], expected });
    expect(looks.map(({ person: box, lost }) => [box[0], lost])).toEqual([
      [100, false],
      [700, true],
    ]);
    expect(looks[1]!.region.width).toBeCloseTo(150 * card.region.lostSide, 5);
  });

  it('gives everyone a turn where there are more than looks, and keeps the square in the picture', () => {
    const people = Array.from({ length: 7 }, (_, i) => person(200 * i - 30, 150));
    const counts = new Map<number, number>();
    for (let turn = 0; turn < 14; turn++) {
      const looks = choosePoseLooks(card, { ...base, people, turn });
      expect(looks).toHaveLength(card.region.perFrame);
      for (const { person: box, region } of looks) {
        counts.set(box[0], (counts.get(box[0]) ?? 0) + 1);
        expect(region.left).toBeGreaterThanOrEqual(0);
        expect(region.left + region.width).toBeLessThanOrEqual(1280);
      }
    }
    expect(new Set(counts.values())).toEqual(new Set([2 * card.region.perFrame]));
  });
});

describe('poseOfLook', () => {
  const look = (box: Box, lost = false): PoseLook => ({
    person: box,
    lost,
    region: { left: 0, top: 0, width: 300, height: 300 },
  });

  it('takes the pose of the person looked at, and not a neighbour’s', () => {
    const [one, neighbour] = [person(100, 150), person(160, 150)];
    const poses = [poseIn(neighbour.box, 0.9), poseIn(one.box, 0.5)];
    expect(poseOfLook(card, look(one.box), poses, [one, neighbour])).toBe(poses[1]);
    expect(poseOfLook(card, look(one.box), [poses[0]!], [one, neighbour])).toBeUndefined();
  });

  it('takes who lies beside the place where somebody stood, if that is nobody else', () => {
    const lying = poseIn([140, 320, 290, 360], 0.4);
    const standing: Box = [100, 200, 150, 350];
    expect(poseOfLook(card, look(standing, true), [lying], [])).toBe(lying);
    const other = { label: 'person', score: 0.8, box: lying.box };
    expect(poseOfLook(card, look(standing, true), [lying], [other])).toBeUndefined();
  });
});

describe('mergePoseLooks', () => {
  it('puts the closer look in the place of the full pass, and leaves the others', () => {
    const one = person(100, 150);
    const rough = poseIn([95, 210, 150, 330], 0.9);
    const other = poseIn([600, 200, 650, 350], 0.5);
    const closer = poseIn(one.box, 0.6);
    const region = { left: 0, top: 0, width: 200, height: 200 };
    const looks = [{ look: { person: one.box, lost: false, region }, pose: closer }];
    expect(mergePoseLooks(card, [rough, other], looks)).toEqual([closer, other]);
    expect(mergePoseLooks(card, [rough, other], [])).toEqual([rough, other]);
  });
});
