import type { Box } from '@anshi/contracts';
import { expect, it } from 'vitest';
import { type ClipCamera, personRecall } from './person-recall.ts';
import type { ClipTruth } from './queue-truth.ts';

/** A clip of two seconds at 10 frames a second: a person walks to the right, another one is half hidden. */
const truth = {
  width: 640,
  height: 360,
  fps: 10,
  duration: 2,
  floorPlan: 'hall',
  homography: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  frames: Array.from({ length: 20 }, (_, n) => ({
    t: n / 10,
    workers: [
      { id: 'W1', floor: [0, 0], box: [n * 20, 100, n * 20 + 40, 220], inFrame: 1, visible: 1 },
      { id: 'W2', floor: [0, 0], box: [600, 100, 640, 220], inFrame: 1, visible: 0.3 },
      { id: 'W3', floor: [0, 0], box: [300, 10, 312, 50], inFrame: 1, visible: 1 },
    ],
  })),
} as unknown as ClipTruth;

/** Where the person is `seconds` after second `phase` of a round. */
const walks = (phase: number, seconds: number): Box => {
  const n = Math.round((((phase + seconds) % 2) + 2) * 10) % 20;
  return [n * 20, 100, n * 20 + 40, 220];
};
const from = 1_000_000;
const camera = (phase: number, seconds: readonly number[]): ClipCamera => ({
  truth,
  loop: 2,
  phase,
  seen: seconds.map((at) => ({ at: from + at * 1000, people: [walks(phase, at)] })),
});
const due = Array.from({ length: 20 }, (_, n) => 0.1 + n * 0.2);
const span = { from, to: from + 4000 };

it('counts the people who are visible and large enough, over the end of a round', () => {
  expect(personRecall([camera(1.3, due)], span, 5)).toEqual({ people: 20, found: 20 });
});

it('counts a due frame that was not analysed as one in which they were missed', () => {
  const everyOther = due.filter((_, n) => n % 2 === 0);
  expect(personRecall([camera(0, everyOther)], span, 5)).toEqual({ people: 20, found: 10 });
  expect(personRecall([camera(0, due), camera(0.5, [])], span, 5)).toEqual({
    people: 40,
    found: 20,
  });
});

it('counts frames that come unevenly, at the borders of the due moments', () => {
  const uneven = due.map((at, n) => at - 0.1 + (n % 2 === 0 ? 0.006 : -0.006));
  expect(personRecall([camera(0, uneven)], span, 5)).toEqual({ people: 20, found: 20 });
});

it('counts a person who is observed elsewhere as missed, and one box for one person', () => {
  const off = camera(0, due).seen.map(({ at }) => ({ at, people: [[0, 0, 40, 90] as Box] }));
  expect(personRecall([{ ...camera(0, []), seen: off }], span, 5).found).toBe(0);
  const double = camera(0, due).seen.map(({ at, people }) => ({
    at,
    people: [...people, ...people],
  }));
  expect(personRecall([{ ...camera(0, []), seen: double }], span, 5).found).toBe(20);
});
