import type { ReplayedRecord } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { besideDraft } from './beside.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 5) + 1000 * seconds).toISOString();
const record = (id: string, from: number, to: number, ruleId = 'keep-out'): ReplayedRecord => ({
  id,
  ruleId,
  rule: 'zone-intrusion',
  item: null,
  zone: 'hall',
  line: null,
  subject: 'person',
  track: 'a',
  startedAt: at(from),
  confirmedAt: at(from + 1),
  endedAt: at(to),
});
const recorded = (one: ReplayedRecord) => {
  const { id, ruleId, rule, item, startedAt, confirmedAt, endedAt } = one;
  return { id, ruleId, rule, item, startedAt, confirmedAt, endedAt };
};
const watched = [{ from: at(0), to: at(100) }];

describe('what was recorded beside a draft', () => {
  it('goes by id first, then by rule at the same time, each with one', () => {
    const records = [record('X', 10, 20), record('B', 11, 20), record('C', 50, 60, 'other')];
    const found = besideDraft(
      [recorded(record('A', 9, 15)), recorded(record('B', 10, 20)), recorded(record('D', 50, 60))],
      { records, watched },
    );
    expect(found.map(({ id, draft }) => [id, draft])).toEqual([
      ['A', 'X'],
      ['B', 'B'],
      ['D', null],
    ]);
  });

  it('says where no observations are', () => {
    const found = besideDraft([recorded(record('A', 9, 15)), recorded(record('B', 300, 310))], {
      records: [],
      watched,
    });
    expect(found.map((one) => one.watched)).toEqual([true, false]);
  });

  it('never gives one record of a draft to two', () => {
    const span = fc.tuple(fc.nat(60), fc.nat(20));
    fc.assert(
      fc.property(fc.array(span), fc.array(span), (ours, drafts) => {
        const records = drafts.map(([from, length], n) => record(`d${n}`, from, from + length));
        const found = besideDraft(
          ours.map(([from, length], n) => recorded(record(`r${n}`, from, from + length))),
          { records, watched },
        ).flatMap(({ draft }) => draft ?? []);
        expect(new Set(found).size).toBe(found.length);
      }),
    );
  });
});
