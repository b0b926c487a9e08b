import { expect, it } from 'vitest';
import { missingOf, nextChange, type PlaceAnswer } from './summary.ts';

const text = (en: string) => ({ zh: `中${en}`, en });
const place = (decision: string, validUntil: string | null, ...reasons: string[]): PlaceAnswer => ({
  decision,
  validUntil,
  reasons: reasons.map((one) => ({ text: text(one), about: null })),
});

it('the next change is the first of the places that are allowed', () => {
  expect(nextChange([])).toBeNull();
  const denied = place('deny', '2026-01-01T00:00:00Z', 'no certificate');
  const late = place('allow', '2026-12-31T00:00:00Z');
  const early = place('allow', '2026-06-30T00:00:00Z');
  expect(nextChange([denied, late, place('allow', null), early])).toBe('2026-06-30T00:00:00Z');
});

it('what is missing is named once, the most frequent first, in the language of the page', () => {
  const items = [
    place('deny', null, 'no post', 'no certificate'),
    place('hold', null, 'no certificate'),
    place('allow', null, 'override'),
    { ...place('deny', null), reasons: [{ text: text('no skill'), about: { name: text('CNC') } }] },
  ];
  expect(missingOf(items, ({ en }) => en)).toEqual(['no certificate', 'no post', 'no skill: CNC']);
  expect(missingOf(items, ({ zh }) => zh)[0]).toBe('中no certificate');
});
