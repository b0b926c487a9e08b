import { expect, it } from 'vitest';
import { missingOf, stateOf } from './state.ts';

const fact = (id: string, assessedOn: string, more: object = {}) => ({
  id,
  kind: 'fire',
  level: 3,
  assessedOn,
  validUntil: '2027-01-31',
  revoked: false,
  ...more,
});

it('counts the newest assessment of a kind up to its last day, also where it is lower', () => {
  const all = [fact('a', '2026-01-01'), fact('b', '2026-06-01', { level: 1 })];
  expect(all.map((one) => stateOf(one, all, '2027-01-31'))).toEqual(['replaced', 'valid']);
  expect(stateOf(all[1]!, all, '2027-02-01')).toBe('expired');
  const revoked = [all[0]!, { ...all[1]!, revoked: true }];
  expect(revoked.map((one) => stateOf(one, revoked, '2026-12-01'))).toEqual(['valid', 'revoked']);
});

it('misses what is lower, over, or was never assessed', () => {
  const needs = [
    { kind: 'fire', level: 3 },
    { kind: 'rescue', level: 1 },
  ];
  const kinds = (facts: ReturnType<typeof fact>[], today: string) =>
    missingOf(needs, facts, today).map(({ kind }) => kind);
  expect(kinds([fact('a', '2026-01-01')], '2027-01-31')).toEqual(['rescue']);
  expect(kinds([fact('a', '2026-01-01')], '2027-02-01')).toEqual(['fire', 'rescue']);
  expect(kinds([fact('a', '2026-01-01', { level: 2 })], '2026-02-01')).toEqual(['fire', 'rescue']);
});
