import { describe, expect, it } from 'vitest';
import { cyclesOf } from './schedule.ts';
import { type ConsentRecord, type Forbidden, scoreConsent } from './score.ts';

const span = (more: Partial<Forbidden> = {}): Forbidden => ({
  person: 0,
  purpose: 'badge-tracking',
  from: 20_000,
  until: 25_000,
  ...more,
});
const every = (from: number, until: number) =>
  Array.from({ length: (until - from) / 1000 }, (_, n) => ({ person: 0, at: from + n * 1000 }));
const heard = (at: number, heardAt = at + 100) => ({ person: 0, at, heardAt });
const record = (more: Partial<ConsentRecord> = {}): ConsentRecord => ({
  began: 0,
  ended: 60_000,
  forbidden: [span()],
  sent: every(0, 60_000),
  told: [...every(8_000, 20_000), ...every(32_000, 59_000)].map(({ at }) => heard(at)),
  stored: every(0, 20_000),
  ...more,
});

describe('the score of consent', () => {
  it('is clean where nothing of the forbidden time was told or stored', () => {
    expect(scoreConsent(record())).toMatchObject({
      publishedForbidden: 0,
      storedForbidden: 0,
      silenceWorstMs: 0,
      agreedTold: 1,
    });
  });

  it('finds what was measured while it was withdrawn, also where it is told after the next agreement', () => {
    const { told } = record();
    const late = heard(22_000, 40_000);
    expect(scoreConsent(record({ told: [...told, late] })).publishedForbidden).toBe(1);
    const stored = [{ person: 0, at: 22_000 }];
    expect(scoreConsent(record({ stored })).storedForbidden).toBe(1);
    // Names alone were withdrawn: the badge may be stored, and not be told.
    const forbidden = [span({ purpose: 'video-identity' })];
    expect(scoreConsent(record({ forbidden, stored })).storedForbidden).toBe(0);
    expect(scoreConsent(record({ forbidden, told: [...told, late] })).publishedForbidden).toBe(1);
    // Of another person it is none.
    expect(scoreConsent(record({ forbidden: [span({ person: 1 })], stored })).storedForbidden).toBe(
      0,
    );
  });

  it('measures the silence by what is heard after the withdrawal, and tells a plant that says nothing', () => {
    const { told } = record();
    const onItsWay = heard(19_900, 20_700);
    const score = scoreConsent(record({ told: [...told, onItsWay] }));
    expect([score.silenceWorstMs, score.publishedForbidden]).toEqual([700, 0]);
    expect(scoreConsent(record({ told: [] })).agreedTold).toBe(0);
  });
});

it('the times of a seed are the same again, and long enough to be told of', () => {
  expect(cyclesOf('a', 3, 60)).toEqual(cyclesOf('a', 3, 60));
  expect(cyclesOf('a', 3, 60)).not.toEqual(cyclesOf('b', 3, 60));
  for (const { agreedMs } of cyclesOf('a', 3, 600)) expect(agreedMs).toBeGreaterThan(7_000);
});
