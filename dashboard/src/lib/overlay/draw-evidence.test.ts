import { expect, it } from 'vitest';
import { relevantBoxes, subjectOf } from './draw-evidence.ts';

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
