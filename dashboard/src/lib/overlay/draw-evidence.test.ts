import { expect, it } from 'vitest';
import { relevantBoxes, subjectOf } from './draw-evidence.ts';

const box = (label: string, at: number, track: string | null = null) => ({
  label,
  box: [at, 0, at + 10, 30],
  score: 0.9,
  track,
});
const boxes = [box('person', 0, 'w-1'), box('person', 50, 'w-2'), box('head', 2), box('vest', 52)];

it('shows all people, and what is worn or missing on the one in question only', () => {
  const subject = subjectOf(boxes, 'w-1');
  expect(subject).toEqual({ box: [0, 0, 10, 30], label: '#1' });
  const { people, parts } = relevantBoxes(boxes, subject?.box ?? null);
  expect(people).toHaveLength(2);
  expect(parts.map((part) => part.label)).toEqual(['head']);
});

it('shows no parts in a frame where the person in question is not seen', () => {
  expect(subjectOf(boxes, 'w-9')).toBeNull();
  expect(relevantBoxes(boxes, null).parts).toEqual([]);
});
