import { expect, it } from 'vitest';
import { type Matched, outcomeOf } from './outcome.ts';

const now = new Date('2026-11-28T08:00:00Z');
const match = (more: Partial<Matched>): Matched => ({
  id: null,
  decision: 'deny',
  final: true,
  reasons: [],
  validUntil: null,
  ...more,
});

it('a point cannot tell a medical check that is missing from one that says "not fit", nor from a certificate', () => {
  const told = [
    match({
      decision: 'hold',
      final: false,
      reasons: [{ code: 'fitness-missing', about: null }],
      validUntil: new Date('2026-11-28T08:30:00Z'),
    }),
    match({ reasons: [{ code: 'not-fit', about: null }] }),
    match({ reasons: [{ code: 'certificate-missing', about: 'welding' }] }),
  ].map((one) => {
    const { reasons: _, ...rest } = outcomeOf(one, null, now);
    return rest;
  });
  expect(told[0]).toMatchObject({ decision: 'deny', final: true, codes: ['not-qualified'] });
  expect(told[1]).toEqual(told[0]);
  expect(told[2]).toEqual(told[0]);
});
