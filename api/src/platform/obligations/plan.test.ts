import { describe, expect, it } from 'vitest';
import { type KnownCase, type PlanInput, planCases } from './plan.ts';
import type { Due } from './types.ts';

const DAY = '2026-11-27';
const none = { ends: [], closes: [], changes: [], creates: [] };

/** What a row owes, held against the cases, until nothing is left to do. */
class Row {
  cases: KnownCase[] = [];
  lastEvidence: string | null = null;

  /** Carries the plan out, and expects a second one to be empty. */
  say(due: Due, more: Partial<PlanInput> = {}): ReturnType<typeof planCases> {
    const plan = this.#plan(due, more);
    for (const { id, evidence } of plan.ends) {
      this.cases.find((one) => one.id === id)!.outcome = 'done';
      this.lastEvidence = evidence;
    }
    for (const { id } of plan.closes) {
      this.cases.find((one) => one.id === id)!.outcome = 'closed';
    }
    for (const { id, dates } of plan.changes) {
      Object.assign(this.cases.find((one) => one.id === id)!, dates);
    }
    for (const made of plan.creates) {
      this.cases.push({ id: `c${made.period}`, opened: false, outcome: null, ...made });
    }
    expect(this.#plan(due, more)).toEqual(none);
    return plan;
  }

  #plan(due: Due, more: Partial<PlanInput>) {
    const every = 'every' in due && typeof due.every === 'object' ? (due.every as never) : null;
    return planCases({
      due,
      every,
      lead: { n: 60, unit: 'days' },
      today: DAY,
      since: DAY,
      lastEvidence: this.lastEvidence,
      // As they are read: those that wait, and the last that has ended.
      cases: this.cases.filter(
        (one) => one.outcome === null || one === this.cases.filter(({ outcome }) => outcome).at(-1),
      ),
      ...more,
    });
  }
}
const date = (on: string | null, basis: string, more: object = {}): Due => ({
  by: 'date',
  on,
  basis,
  ...more,
});

describe('a day in a document', () => {
  it('opens one case, 60 days before', () => {
    const row = new Row();
    expect(row.say(date('2027-03-01', 'A')).creates).toMatchObject([
      { period: 1, plannedOn: '2027-03-01', opensOn: '2026-12-31', basis: 'A' },
    ]);
  });

  it('moves where the same document is corrected, and is renewed by another that ends later', () => {
    const row = new Row();
    row.say(date('2027-03-01', 'A'));
    const moved = row.say(date('2027-02-01', 'A'));
    expect(moved).toMatchObject({ ends: [], creates: [], changes: [{ id: 'c1', moved: true }] });
    const renewed = row.say(date('2033-02-01', 'B'));
    expect(renewed.ends).toEqual([{ id: 'c1', doneOn: DAY, evidence: 'B' }]);
    expect(renewed.creates).toMatchObject([{ period: 2, plannedOn: '2033-02-01' }]);
  });

  it('moves back where the renewal is revoked', () => {
    const row = new Row();
    row.say(date('2027-03-01', 'A'));
    row.say(date('2033-02-01', 'B'));
    const back = row.say(date('2027-03-01', 'A'));
    expect(back).toMatchObject({ ends: [], creates: [], changes: [{ id: 'c2', moved: true }] });
  });

  it('is settled once, and opens again with another document only', () => {
    const row = new Row();
    row.say(date('2026-12-01', 'A'));
    const settled = row.say(date('2026-12-01', 'A', { done: { on: '2026-11-26' } }));
    expect(settled.ends).toEqual([{ id: 'c1', doneOn: '2026-11-26', evidence: 'A' }]);
    expect(row.say(date('2026-12-01', 'A', { done: { on: '2026-11-26' } }))).toEqual(none);
    expect(row.say(date('2026-12-20', 'B')).creates).toMatchObject([{ period: 2 }]);
  });

  it('that was settled before it was entered has no case', () => {
    expect(new Row().say(date('2020-01-01', 'A', { done: { on: '2020-01-01' } }))).toEqual(none);
  });

  it('waits while it is not known', () => {
    const row = new Row();
    expect(row.say(date(null, 'A')).creates).toMatchObject([{ plannedOn: null, opensOn: null }]);
    expect(row.say(date('2027-01-01', 'A')).changes).toMatchObject([{ moved: true }]);
  });
});

describe('an interval from the last time', () => {
  const every = { n: 1, unit: 'months' } as const;
  const due = (on?: string, evidence?: string): Due => ({
    by: 'done',
    from: '2026-10-31',
    every,
    done: on === undefined ? null : { on, ...(evidence ? { evidence } : {}) },
  });

  it('counts from the beginning, then from the day on which it was done', () => {
    const row = new Row();
    expect(row.say(due()).creates).toMatchObject([{ plannedOn: '2026-11-30' }]);
    const late = row.say(due('2026-12-05'));
    expect(late.ends).toMatchObject([{ id: 'c1', doneOn: '2026-12-05' }]);
    expect(late.creates).toMatchObject([{ period: 2, plannedOn: '2027-01-05' }]);
  });

  it('moves where an earlier day was meant, or the record was corrected', () => {
    const row = new Row();
    row.say(due('2026-11-20', 'R1'));
    expect(row.say(due('2026-11-02', 'R1'))).toMatchObject({
      ends: [],
      changes: [{ id: 'c1', moved: true, dates: { plannedOn: '2026-12-02' } }],
    });
    expect(row.say(due('2026-11-03', 'R1'))).toMatchObject({
      ends: [],
      changes: [{ moved: true }],
    });
    expect(row.say(due('2026-11-25', 'R2')).ends).toMatchObject([{ evidence: 'R2' }]);
  });

  it('moves where the interval is another one', () => {
    const row = new Row();
    row.say(due('2026-11-20'));
    const longer = row.say({ ...due('2026-11-20'), every: { n: 1, unit: 'years' } } as Due);
    expect(longer).toMatchObject({ ends: [], creates: [], changes: [{ moved: true }] });
  });
});

describe('a fixed interval', () => {
  const due = (on?: string, more: object = {}): Due => ({
    by: 'fixed',
    from: '2026-01-31',
    every: { n: 1, unit: 'months' },
    done: on === undefined ? null : { on },
    ...more,
  });

  it('begins with the first period that is not past, and has one that waits', () => {
    const row = new Row();
    expect(row.say(due()).creates).toMatchObject([{ period: 1, plannedOn: '2026-11-30' }]);
    row.cases[0]!.opened = true;
    expect(row.say(due()).creates).toMatchObject([{ period: 2, plannedOn: '2026-12-31' }]);
  });

  it('is ended by each time once, the oldest first, and does not move by it', () => {
    const row = new Row();
    row.say(due());
    row.cases[0]!.opened = true;
    row.say(due());
    row.cases[1]!.opened = true;
    row.say(due());
    expect(row.say(due('2027-01-04')).ends).toMatchObject([{ id: 'c1' }]);
    expect(row.say(due('2027-01-04'))).toEqual(none);
    expect(row.say(due('2027-01-05')).ends).toMatchObject([{ id: 'c2' }]);
    expect(row.cases.map(({ plannedOn }) => plannedOn)).toEqual([
      '2026-11-30',
      '2026-12-31',
      '2027-01-31',
    ]);
  });

  it('moves the period that waits where its schedule is another one, and leaves what is open', () => {
    const row = new Row();
    row.say(due());
    row.cases[0]!.opened = true;
    row.say(due());
    const quarterly = due(undefined, { every: { n: 3, unit: 'months' } });
    expect(row.say(quarterly)).toMatchObject({
      changes: [{ id: 'c2', dates: { plannedOn: '2027-01-31' } }],
    });
    expect(row.cases[0]!.plannedOn).toBe('2026-11-30');
  });
});

describe('a meter', () => {
  const due = (reading: number, readOn: string, base = 1_000): Due => ({
    by: 'meter',
    every: 500,
    lead: 50,
    base,
    reading,
    readOn,
  });

  it('opens where it comes near, is due where it is reached, and counts from the last time', () => {
    const row = new Row();
    expect(row.say(due(1_100, '2026-11-01')).creates).toMatchObject([
      { plannedOn: null, opensOn: null, meterDue: 1_500 },
    ]);
    row.say(due(1_460, '2026-11-10'));
    expect(row.cases[0]).toMatchObject({ plannedOn: null, opensOn: '2026-11-10' });
    row.say(due(1_501, '2026-11-12'));
    row.say(due(1_530, '2026-11-14'));
    expect(row.cases[0]).toMatchObject({ plannedOn: '2026-11-12', opensOn: '2026-11-10' });
    const done = row.say(due(1_530, '2026-11-14', 1_530));
    expect(done).toMatchObject({ ends: [{ id: 'c1' }], creates: [{ meterDue: 2_030 }] });
  });
});

describe('a condition', () => {
  const due = (since: string | null): Due => ({ by: 'condition', since });

  it('opens a case each time it begins, and ends it where it is over', () => {
    const row = new Row();
    expect(row.say(due(null))).toEqual(none);
    expect(row.say(due('2026-11-20')).creates).toMatchObject([
      { plannedOn: '2026-11-20', opensOn: '2026-11-20' },
    ]);
    expect(row.say(due(null)).ends).toMatchObject([{ id: 'c1', doneOn: DAY }]);
    expect(row.say(due('2026-12-01')).creates).toMatchObject([{ period: 2 }]);
  });

  it('that is waited for has a case without a day, which closes where it is over and ends where it was done', () => {
    const waits = (since: string | null, basis?: string, evidence?: string): Due => ({
      by: 'condition',
      standing: true,
      since,
      ...(basis ? { basis } : {}),
      done: evidence ? { on: '2026-11-21', evidence } : null,
    });
    const row = new Row();
    expect(row.say(waits(null)).creates).toMatchObject([{ plannedOn: null, opensOn: null }]);
    expect(row.say(waits(null))).toEqual(none);
    expect(row.say(waits('2026-11-20', 'a')).changes).toMatchObject([
      { id: 'c1', moved: false, dates: { plannedOn: '2026-11-20', opensOn: '2026-11-20' } },
    ]);
    expect(row.say(waits(null))).toMatchObject({
      ends: [],
      closes: [{ id: 'c1' }],
      creates: [{ period: 2, plannedOn: null }],
    });
    row.say(waits('2026-11-21', 'b'));
    expect(row.say(waits(null, undefined, 'r1'))).toMatchObject({
      ends: [{ id: 'c2', evidence: 'r1' }],
      closes: [],
      creates: [{ period: 3, plannedOn: null }],
    });
    // What was done once ends no later case.
    expect(row.say(waits('2026-11-22', 'c', 'r1'))).toMatchObject({
      ends: [],
      changes: [{ id: 'c3' }],
    });
    expect(row.say(waits('2026-11-22', 'c', 'r1'))).toEqual(none);
  });
});
