import { describe, expect, it } from 'vitest';
import { addSpan, dayOf, midnightOf } from './obligations/civil.ts';
import type { DaysFile, ObligationEntry } from './obligations/data.ts';
import { generateSet } from './obligations/generate.ts';
import { scoreSet } from './obligations/score.ts';
import { tellTruth } from './obligations/truth.ts';

const days = (runs: string[], events: DaysFile['events'] = []): DaysFile => ({
  start: '2028-01-01T00:00:00Z',
  runs,
  events,
});
const truthOf = (one: ObligationEntry, when: DaysFile) =>
  tellTruth({ zone: 'Asia/Shanghai', obligations: [one] }, when).periods[one.id];

describe('the truth of obligations', () => {
  it('knows leap days, ends of months and midnights', () => {
    expect(addSpan('2028-01-31', { n: 1, unit: 'months' })).toBe('2028-02-29');
    expect(addSpan('2024-02-29', { n: 1, unit: 'years' })).toBe('2025-02-28');
    expect(addSpan('2028-03-31', { n: -1, unit: 'months' })).toBe('2028-02-29');
    expect(addSpan('2028-02-28', { n: 2, unit: 'days' })).toBe('2028-03-01');
    expect(midnightOf('2028-03-26', 'Europe/Berlin')).toBe(Date.parse('2028-03-25T23:00:00Z'));
    expect(midnightOf('2028-03-27', 'Europe/Berlin')).toBe(Date.parse('2028-03-26T22:00:00Z'));
    expect(dayOf(Date.parse('2028-02-28T16:00:00Z'), 'Asia/Shanghai')).toBe('2028-02-29');
  });

  it('opens each period of days without a run by the next run, once', () => {
    const entry: ObligationEntry = {
      id: 'x',
      by: 'fixed',
      from: '2027-12-31',
      every: { n: 1, unit: 'days' },
    };
    const periods = truthOf(entry, days(['2028-01-01T01:00:00Z', '2028-01-03T16:00:00Z']))!;
    expect(periods.map(({ dueOn, openedAt }) => [dueOn, openedAt])).toEqual([
      ['2028-01-01', '2028-01-01T01:00:00.000Z'],
      ['2028-01-02', '2028-01-03T16:00:00.000Z'],
      ['2028-01-03', '2028-01-03T16:00:00.000Z'],
      ['2028-01-04', '2028-01-03T16:00:00.000Z'],
      ['2028-01-05', null],
    ]);
  });

  it('follows a renewal, and what was done', () => {
    const renewed = truthOf(
      { id: 'x', by: 'date', on: '2028-02-01', basis: 'A' },
      days(
        ['2028-02-02T00:00:00Z'],
        [{ at: '2028-02-03T00:00:00Z', id: 'x', set: { on: '2034-02-01', basis: 'B' } }],
      ),
    );
    expect(renewed).toMatchObject([{ outcome: 'done' }, { dueOn: '2034-02-01', openedAt: null }]);
    const done = truthOf(
      { id: 'x', by: 'done', from: '2027-12-31', every: { n: 1, unit: 'months' } },
      days(
        ['2028-02-02T00:00:00Z'],
        [{ at: '2028-02-03T00:00:00Z', id: 'x', set: { done: { on: '2028-02-03' } } }],
      ),
    );
    expect(done).toMatchObject([{ dueOn: '2028-01-31', outcome: 'done' }, { dueOn: '2028-03-03' }]);
  });

  it('is the same for a seed, and finds what differs from it', () => {
    const set = generateSet('a seed', 100);
    expect(generateSet('a seed', 100)).toEqual(set);
    const found = new Map(Object.entries(set.truth.periods));
    expect(scoreSet(set.truth, found)).toMatchObject({
      dueWrong: 0,
      openingsWrong: 0,
      outcomesWrong: 0,
    });
    const [id, periods] = [...found].find(([, all]) => all[0]?.openedAt)!;
    found.set(id, [{ ...periods[0]!, dueOn: '2000-01-01', openedAt: null }, ...periods.slice(1)]);
    expect(scoreSet(set.truth, found)).toMatchObject({ dueWrong: 1, openingsWrong: 1 });
  });
});
