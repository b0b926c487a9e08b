import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { boxArea, sharedArea } from '../boxes.ts';
import { faceOfHead, facesIn } from './faces.ts';
import { isPainted } from './paint.ts';

const seen = (label: string, box: Box, score = 0.8) => ({ label, box, score });
const faces = (...boxes: ReturnType<typeof seen>[]) => facesIn({ boxes, poses: [] }, 'still');
const covers = (face: Box, part: Box) => sharedArea(face, part) / boxArea(part);

describe('the face of a head', () => {
  // A helmet is about as wide as 0.8 of the whole head is high.
  it('begins below the crown of a helmet, whether its box is the hat or the whole head', () => {
    const hat = faceOfHead({ label: 'helmet', box: [100, 100, 140, 126] });
    const whole = faceOfHead({ label: 'helmet', box: [100, 100, 140, 152] });
    for (const [, top, , bottom] of [hat, whole]) {
      expect(top).toBeGreaterThanOrEqual(115);
      expect(top).toBeLessThanOrEqual(123);
      expect(bottom).toBeGreaterThanOrEqual(152);
    }
  });

  it('leaves the crown of a bare head, and covers all below it', () => {
    const [left, top, right, bottom] = faceOfHead({ label: 'head', box: [100, 100, 130, 140] });
    expect(top).toBeGreaterThan(105);
    expect(covers([left, top, right, bottom], [100, 115, 130, 140])).toBe(1);
  });
});

describe('the faces of a picture', () => {
  it('are those of heads, and of people whose head was not drawn', () => {
    const found = faces(
      seen('person', [100, 100, 160, 280]),
      seen('helmet', [118, 98, 144, 118]),
      seen('person', [300, 100, 360, 280]),
    );
    expect(found.map(({ sure }) => sure)).toEqual([true, false]);
    expect(covers(found[1]!.box, [318, 100, 342, 130])).toBe(1);
  });

  it('are covered of people whom no rule would count on', () => {
    expect(faces(seen('person', [100, 100, 160, 280], 0.21))).toHaveLength(1);
    expect(faces(seen('head', [100, 100, 120, 125], 0.09))).toHaveLength(1);
    // In a clip other pictures show them.
    const weak = { boxes: [seen('head', [100, 100, 120, 125], 0.09)], poses: [] };
    expect(facesIn(weak, 'clip')).toEqual([]);
  });

  it('are one where a head was drawn twice, and where a weak box of a person is drawn on it', () => {
    const twice = [
      seen('helmet', [118, 98, 144, 128], 0.8),
      seen('head', [118, 99, 143, 129], 0.1),
    ];
    expect(faces(...twice)).toEqual(faces(twice[0]!));
    const weak = seen('person', [136, 96, 156, 216], 0.1);
    expect(faces(twice[0]!, weak)).toEqual(faces(twice[0]!));
    // A smaller head within the box of another one may be behind it.
    expect(faces(twice[0]!, seen('head', [124, 100, 138, 116], 0.1))).toHaveLength(2);
    // One that a rule would count on is another person.
    expect(faces(twice[0]!, { ...weak, score: 0.5 })).toHaveLength(2);
  });

  it('are the whole box of a person who lies', () => {
    const [fallen] = faces(seen('person', [100, 300, 280, 360]));
    expect(fallen!.sure).toBe(false);
    const corners = [
      [101, 301],
      [279, 301],
      [101, 359],
      [279, 359],
      [190, 330],
    ] as const;
    for (const [x, y] of corners) expect(isPainted(fallen!.box, x, y)).toBe(true);
  });

  it('are above a torso without a person', () => {
    const [face] = faces(seen('vest', [100, 200, 150, 270]));
    expect(covers(face!.box, [115, 172, 135, 200])).toBeGreaterThan(0.9);
    expect(
      faces(seen('vest', [110, 140, 150, 200]), seen('person', [100, 100, 160, 280])),
    ).toHaveLength(1);
  });

  it('are around the eyes of a pose', () => {
    const points = Array.from({ length: 17 }, (): [number, number, number] => [0, 0, 0]);
    points[0] = [120, 112, 0.9];
    points[1] = [124, 108, 0.9];
    points[2] = [116, 108, 0.9];
    points[5] = [140, 140, 0.9];
    points[6] = [100, 140, 0.9];
    const pose = { keypoints: points, box: [90, 95, 150, 260] as Box };
    const [face] = facesIn({ boxes: [], poses: [pose] }, 'still');
    expect(covers(face!.box, [113, 105, 127, 120])).toBe(1);
  });
});
