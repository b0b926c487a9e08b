import { expect, it } from 'vitest';
import { violationOf } from '../../../test/violation.ts';
import { type Fix, nearAt, plansOf, recordedAt } from './scene.ts';

const T = Date.parse('2026-01-01T09:00:00Z');
const iso = (seconds: number) => new Date(T + seconds * 1_000).toISOString();
const fix = (seconds: number, more: Partial<Fix> = {}): Fix => ({
  at: iso(seconds),
  floorPlan: 'hall',
  position: [seconds, 0],
  radius: 2,
  area: null,
  late: false,
  ...more,
});

it('takes of each person the newest position that is not after the instant, with its age', () => {
  const near = [
    { isPerson: false, fixes: [fix(0), fix(5), fix(9)] },
    { isPerson: true, fixes: [fix(8)] },
  ];
  expect(nearAt({ near }, T + 7_000)).toEqual([
    { n: 0, isPerson: false, fix: near[0]?.fixes[1], age: 2_000 },
  ]);
  expect(nearAt({ near }, T + 9_000).map(({ n, age }) => [n, age])).toEqual([
    [0, 0],
    [1, 1_000],
  ]);
  // Not heard for a minute: where the person was is not known.
  expect(nearAt({ near }, T + 69_001).map(({ n }) => n)).toEqual([]);
  expect(nearAt({ near: null }, T)).toEqual([]);
});

it('has the plan of the act first', () => {
  const area = (id: string, floorPlan: string | null) => ({
    id,
    name: { zh: id, en: id },
    floorPlan,
    polygon: null,
  });
  const acts = [
    { finding: '1', at: iso(0), floorPlan: 'b', point: [0, 0] as [number, number], radius: null },
  ];
  expect(plansOf({ acts, areas: [area('x', 'a'), area('y', 'b'), area('z', null)] })).toEqual([
    'b',
    'a',
  ]);
});

it('has of a camera the clip that covers the instant, else a picture of about then, else nothing', () => {
  const clip = { url: '/c', boxesUrl: null, durationSeconds: 10, partial: false };
  const of = (camera: string, from: number) =>
    violationOf(1, {
      camera,
      clip: { ...clip, from: iso(from), to: iso(from + 10), rendition: 'ready' },
      snapshot: {
        url: '/s',
        width: 1,
        height: 1,
        takenAt: iso(from + 20),
        boxes: [],
        rendition: 'ready',
      },
    });
  const findings = [of('west', 0), of('east', 100)];
  expect(recordedAt(findings, [], 'west', T + 4_500)).toMatchObject({ kind: 'clip', seconds: 4.5 });
  expect(recordedAt(findings, [], 'west', T + 20_500)).toMatchObject({ kind: 'snapshot' });
  expect(recordedAt(findings, [], 'west', T + 15_000)).toBeNull();
  // A clip of another camera does not stand for this one.
  expect(recordedAt(findings, [], 'east', T + 4_500)).toBeNull();
});
