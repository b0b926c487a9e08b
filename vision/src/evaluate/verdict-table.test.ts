import { describe, expect, it } from 'vitest';
import { type Said, verdictTable } from './verdict-table.ts';

const times = (count: number, labelled: 'worn' | 'missing', said: Said) =>
  Array.from({ length: count }, () => ({ labelled, said }));

describe('verdictTable', () => {
  it('counts verdicts by label, and derives the shares', () => {
    const table = verdictTable([
      ...times(6, 'worn', 'worn'),
      ...times(1, 'worn', 'missing'),
      ...times(2, 'worn', 'unknown'),
      ...times(3, 'missing', 'missing'),
      ...times(2, 'missing', 'unknown'),
      ...times(1, 'missing', 'notFound'),
    ]);
    expect(table.labelled).toEqual({
      worn: { worn: 6, missing: 1, unknown: 2, notFound: 0 },
      missing: { worn: 0, missing: 3, unknown: 2, notFound: 1 },
    });
    expect(table.people).toBe(15);
    expect(table.rightOfKnown).toBeCloseTo(9 / 10);
    expect(table.unknown).toBeCloseTo(4 / 14);
    expect(table.notFound).toBeCloseTo(1 / 15);
    expect(table.missingRecall).toBeCloseTo(3 / 6);
    expect(table.missingPrecision).toBeCloseTo(3 / 4);
    expect(table.wornRecall).toBeCloseTo(6 / 9);
    expect(table.wornPrecision).toBe(1);
  });

  it('has no shares without people', () => {
    const { rightOfKnown, unknown, notFound, people } = verdictTable([]);
    expect({ rightOfKnown, unknown, notFound, people }).toEqual({
      rightOfKnown: null,
      unknown: null,
      notFound: null,
      people: 0,
    });
  });
});
