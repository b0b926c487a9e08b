import { describe, expect, it } from 'vitest';
import type { DraftTest, RecordedFinding, ReplayedRecord } from './replays-api.ts';
import { sidesOf, watchedSeconds } from './sides.ts';

const record = (id: string): ReplayedRecord => ({
  id,
  ruleId: 'keep-out',
  rule: 'zone-intrusion',
  item: null,
  zone: 'hall',
  line: null,
  subject: 'person',
  track: 'a',
  startedAt: '2026-01-05T08:00:00.000Z',
  confirmedAt: '2026-01-05T08:00:01.000Z',
  endedAt: null,
});
const finding = (id: string, draft: string | null): RecordedFinding => {
  const { ruleId, rule, item, startedAt, confirmedAt, endedAt } = record(id);
  return { id, ruleId, rule, item, startedAt, confirmedAt, endedAt, draft, watched: true };
};

describe('the two sides of a draft test', () => {
  it('are what both found, what only the draft finds, and what it does not find', () => {
    const result = { records: [record('a'), record('b')] } as DraftTest['result'];
    const sides = sidesOf({ result, recorded: [finding('x', 'a'), finding('y', null)] });
    expect(sides.both.map((one) => [one.record.id, one.finding.id])).toEqual([['a', 'x']]);
    expect(sides.more.map(({ id }) => id)).toEqual(['b']);
    expect(sides.fewer.map(({ id }) => id)).toEqual(['y']);
  });

  it('are all of the draft for those who may not see what was recorded', () => {
    const result = { records: [record('a')] } as DraftTest['result'];
    expect(sidesOf({ result, recorded: null })).toMatchObject({ both: [], fewer: [] });
  });

  it('cover the time of the observations', () => {
    const at = (second: number) => new Date(1000 * second).toISOString();
    expect(
      watchedSeconds([
        { from: at(0), to: at(20) },
        { from: at(40), to: at(45) },
      ]),
    ).toBe(25);
  });
});
