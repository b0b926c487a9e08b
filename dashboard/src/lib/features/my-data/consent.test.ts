import { expect, it } from 'vitest';
import { answersTo, isSnoozed, openQuestions, snooze } from './consent.ts';
import type { ConsentState } from './my-data-api.ts';

const of = (id: string, state: ConsentState['state']) =>
  ({ purpose: { id }, state, at: null, noticeVersion: null }) as ConsentState;

it('asks for missing answers, and again where the notice has changed', () => {
  const items = [of('a', 'given'), of('b', 'unasked'), of('c', 'outdated'), of('d', 'refused')];
  expect(openQuestions({ items, history: [] }).map(({ purpose }) => purpose.id)).toEqual([
    'b',
    'c',
  ]);
});

it('offers withdrawal of a given consent, and both answers to a question', () => {
  expect(answersTo('given')).toEqual(['withdrawn']);
  expect(answersTo('withdrawn')).toEqual(['given']);
  expect(answersTo('refused')).toEqual(['given']);
  expect(answersTo('unasked')).toEqual(['given', 'refused']);
  expect(answersTo('outdated')).toEqual(['given', 'refused']);
});

it('is hidden for a week after "later", for that user only', () => {
  localStorage.clear();
  expect(isSnoozed('li', 0)).toBe(false);
  snooze('li', 0);
  expect(isSnoozed('li', 6 * 86_400_000)).toBe(true);
  expect(isSnoozed('wang', 0)).toBe(false);
  expect(isSnoozed('li', 8 * 86_400_000)).toBe(false);
});
