import { expect, it } from 'vitest';
import { type PlaceAnswer, summaryOf } from './summary.ts';

const text = (en: string) => ({ zh: `中${en}。`, en: `${en}.` });
const place = (decision: string, validUntil: string | null, ...reasons: string[]): PlaceAnswer => ({
  decision,
  validUntil,
  reasons: reasons.map((one) => ({ text: text(one), about: null })),
});

it('the next change is the first of the places that are allowed', () => {
  expect(summaryOf([])).toEqual({ allowed: 0, places: 0, until: null, missing: [] });
  const denied = place('deny', '2026-01-01T00:00:00Z', 'no certificate');
  const late = place('allow', '2026-12-31T00:00:00Z');
  const early = place('allow', '2026-06-30T00:00:00Z');
  expect(summaryOf([denied, late, place('allow', null), early])).toMatchObject({
    allowed: 3,
    places: 4,
    until: '2026-06-30T00:00:00Z',
  });
});

it('what is missing is named once, the most frequent first, in both languages', () => {
  const items = [
    place('deny', null, 'no post', 'no certificate'),
    place('hold', null, 'no certificate'),
    place('allow', null, 'override'),
    {
      ...place('deny', null),
      reasons: [{ text: text('no skill'), about: { name: { zh: '数控', en: 'CNC' } } }],
    },
  ];
  expect(summaryOf(items).missing).toEqual([
    { zh: '中no certificate', en: 'no certificate' },
    { zh: '中no post', en: 'no post' },
    { zh: '中no skill：数控', en: 'no skill: CNC' },
  ]);
});
