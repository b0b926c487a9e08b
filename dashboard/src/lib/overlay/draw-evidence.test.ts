import { expect, it } from 'vitest';
import { relevantBoxes, standsIn, subjectOf } from './draw-evidence.ts';

const box = (label: string, at: number, track: string | null = null) => ({
  label,
  box: [at, 0, at + 10, 30],
  score: 0.9,
  track,
});
const boxes = [box('person', 0, 'w-1'), box('person', 50, 'w-2'), box('head', 2), box('vest', 52)];

it('draws all people, and the equipment of the subject only', () => {
  const subject = subjectOf(boxes, ['w-0', 'w-1']);
  expect(subject).toEqual({ box: [0, 0, 10, 30], label: '#1' });
  const { people, parts } = relevantBoxes(boxes, subject?.box ?? null);
  expect(people).toHaveLength(2);
  expect(parts.map((part) => part.label)).toEqual(['head']);
});

it('draws no parts in a frame without the subject', () => {
  expect(subjectOf(boxes, ['w-9'])).toBeNull();
  expect(relevantBoxes(boxes, null).parts).toEqual([]);
});

it('marks those whose feet are in the zone, and not those whose head is', () => {
  const zone = [
    [0, 100],
    [100, 100],
    [100, 200],
    [0, 200],
  ];
  expect(standsIn([40, 20, 60, 150], zone)).toBe(true);
  expect(standsIn([40, 120, 60, 230], zone)).toBe(false);
  expect(standsIn([140, 20, 160, 150], zone)).toBe(false);
});
