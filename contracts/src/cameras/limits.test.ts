import { describe, expect, it } from 'vitest';
import { CamerasFileError, type CamerasFileProblem, readCamerasFile } from './read.ts';

function problemsIn(text: string): CamerasFileProblem[] {
  try {
    readCamerasFile(text, 'cameras.yaml');
    return [];
  } catch (error) {
    if (error instanceof CamerasFileError) return error.problems;
    throw error;
  }
}

describe('a camera with more than people draw', () => {
  const list = (n: number, one: (i: number) => string) =>
    Array.from({ length: n }, (_, i) => one(i)).join(', ');
  const polygon = (n: number) => `polygon: [${list(n, (i) => `[${i}, ${i % 2 ? 700 : 0}]`)}]`;
  const pairs = (n: number) => list(n, (i) => `{ picture: [${i}, ${i}], floor: [1, 1] }`);
  const zones = (n: number) =>
    list(n, (i) => `{ id: z${i}, name: { zh: x, en: x }, polygon: [[0, 0], [9, 0], [9, 9]] }`);
  const lines = (n: number) =>
    list(n, (i) => `{ id: l${i}, name: { zh: x, en: x }, from: [0, 0], to: [9, 0] }`);
  const rules = (n: number) => list(n, (i) => `{ id: r${i}, kind: person-down }`);
  const file = (parts: string) =>
    `version: 1\nsites: [{ id: plant, name: { zh: x, en: x }, floorPlans: [{ id: hall, name: { zh: x, en: x }, size: [9, 9] }] }]\ncameras:\n  - { id: gate, name: { zh: x, en: x }, site: plant, floorPlan: hall, url: 'file:a.mp4', picture: [1280, 720], ${parts} }\n`;

  it.each([
    [
      'zones[0].polygon',
      'points',
      200,
      (n: number) => `zones: [{ id: z, name: { zh: x, en: x }, ${polygon(n)} }]`,
    ],
    ['calibration', 'point pairs', 100, (n: number) => `calibration: [${pairs(n)}]`],
    ['zones', 'zones', 200, (n: number) => `zones: [${zones(n)}]`],
    ['lines', 'lines', 200, (n: number) => `lines: [${lines(n)}]`],
    ['rules', 'rules', 200, (n: number) => `rules: [${rules(n)}]`],
  ])('is refused by its %s before they are compared', (field, what, most, parts) => {
    const limit = { field: `cameras[0].${field}`, message: `must have at most ${most} ${what}` };
    expect(problemsIn(file(parts(most + 1)))).toMatchObject([limit]);
    expect(problemsIn(file(parts(most)))).not.toContainEqual(expect.objectContaining(limit));
  });
});
