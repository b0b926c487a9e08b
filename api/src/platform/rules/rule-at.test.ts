import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { lawOf, words } from './law/forms.ts';
import { lawAt, shippedRules } from './law/shipped.ts';
import { digestOf } from './overrides.ts';
import { dayAt, ruleAt, versionOn } from './rule-at.ts';
import type { Override, Rule, RuleBook, RuleVersion } from './types.ts';

const zones = ['Asia/Shanghai', 'UTC', 'America/New_York', 'Pacific/Kiritimati', 'Europe/Berlin'];
const next = (day: string, days = 1) =>
  DateTime.fromISO(day, { zone: 'utc' }).plus({ days }).toISODate() as string;
const midnight = (day: string, zone: string) =>
  DateTime.fromISO(day, { zone }).startOf('day').toMillis();
const years = (amount: number) =>
  ({ kind: 'amount', amount, unit: 'years', bound: 'exactly' }) as const;

/** A rule whose versions begin on these days, with the values 1, 2, 3 … */
function ruleFrom(begins: readonly string[], keeps: Rule['keeps'] = null): Rule {
  const versions = begins.map((from, n): RuleVersion => {
    const following = begins[n + 1];
    return {
      from,
      to: following === undefined ? null : next(following, -1),
      source: lawOf('某令', 'An order').at(),
      certainty: 'text',
      text: words('文', 'text'),
      value: years(n + 1),
      instead: null,
    };
  });
  const overridable = { unit: 'years', bound: 'exactly' } as const;
  return {
    id: 'r',
    subject: 'training',
    title: words('规', 'r'),
    keeps,
    stricter: 'less',
    overridable,
    versions,
  };
}
const overrideOf = (from: string, until: string | null, amount = 99): Override => ({
  id: `${from}`,
  rule: 'r',
  value: years(amount),
  from,
  until,
  reason: 'a test',
});
const bookOf = (rule: Rule, overrides: Override[] = [], timeZone = 'Asia/Shanghai'): RuleBook => ({
  rules: [rule],
  overrides,
  timeZone,
});

/** Days from 2019 to 2033, with two leap days among the usual ones. */
const day = fc.oneof(
  fc.integer({ min: 0, max: 5_000 }).map((n) => next('2019-01-01', n)),
  fc.constantFrom('2020-02-29', '2024-02-29', '2024-03-01', '2024-12-31', '2028-02-28'),
);
const begins = fc.uniqueArray(day, { minLength: 1, maxLength: 6 }).map((days) => days.sort());
const instant = fc
  .integer({ min: Date.parse('2018-12-01'), max: Date.parse('2033-12-31') })
  .map((ms) => new Date(ms));
const zone = fc.constantFrom(...zones);

describe('what a rule of law says at an instant', () => {
  it('is of exactly one version from its first day on, and of none before', () => {
    fc.assert(
      fc.property(begins, instant, zone, (days, at, timeZone) => {
        const rule = ruleFrom(days);
        const today = dayAt(at, timeZone);
        const held = rule.versions.filter(
          ({ from, to }) => from! <= today && (to === null || today <= to),
        );
        expect(held).toHaveLength(today < days[0]! ? 0 : 1);
        const answer = ruleAt(bookOf(rule, [], timeZone), 'r', at);
        expect(answer.version).toBe(held[0] ?? null);
        expect(answer.state).toBe(held.length === 0 ? 'not-in-force' : 'law');
      }),
    );
  });

  it('changes at midnight of the plant, to the millisecond, on leap days and with summer time', () => {
    fc.assert(
      fc.property(day, zone, (change, timeZone) => {
        const book = bookOf(ruleFrom(['2018-01-01', change]), [], timeZone);
        const at = midnight(change, timeZone);
        expect(ruleAt(book, 'r', new Date(at - 1)).value).toEqual(years(1));
        expect(ruleAt(book, 'r', new Date(at)).value).toEqual(years(2));
      }),
    );
  });

  it('is the company’s from the first to the last day of an override, and at no other instant', () => {
    fc.assert(
      fc.property(
        day,
        fc.integer({ min: 0, max: 900 }),
        instant,
        zone,
        (from, days, at, timeZone) => {
          const until = next(from, days);
          const book = bookOf(ruleFrom(['2018-01-01']), [overrideOf(from, until)], timeZone);
          const state = (ms: number) => ruleAt(book, 'r', new Date(ms)).state;
          expect(state(midnight(from, timeZone) - 1)).toBe('law');
          expect(state(midnight(from, timeZone))).toBe('override');
          expect(state(midnight(next(until), timeZone) - 1)).toBe('override');
          expect(state(midnight(next(until), timeZone))).toBe('law');
          const today = dayAt(at, timeZone);
          expect(state(at.getTime())).toBe(from <= today && today <= until ? 'override' : 'law');
        },
      ),
    );
  });

  it('stays the same until the instant that it names', () => {
    fc.assert(
      fc.property(
        begins,
        day,
        fc.integer({ min: 0, max: 400 }),
        instant,
        zone,
        (days, from, length, at, timeZone) => {
          const book = bookOf(ruleFrom(days), [overrideOf(from, next(from, length))], timeZone);
          const { until, state, version } = ruleAt(book, 'r', at);
          const later = new Date((until?.getTime() ?? Date.parse('2060-01-01')) - 1);
          expect(ruleAt(book, 'r', later)).toMatchObject({ state, version });
          if (until) expect(until.getTime()).toBeGreaterThan(at.getTime());
        },
      ),
    );
  });

  it('keeps the terms of the day of issue, and is never asked of a day after the instant', () => {
    fc.assert(
      fc.property(begins, day, instant, (days, issuedOn, at) => {
        const rule = ruleFrom(days, 'issued');
        const today = dayAt(at, 'Asia/Shanghai');
        const decides = [issuedOn, today].sort()[0]!;
        expect(ruleAt(bookOf(rule), 'r', at, { issuedOn }).version).toBe(versionOn(rule, decides));
        // Where terms are not kept, the day of issue changes nothing.
        const plain = bookOf(ruleFrom(days));
        expect(ruleAt(plain, 'r', at, { issuedOn })).toEqual(ruleAt(plain, 'r', at));
      }),
    );
  });

  it('an override leaves alone what keeps the terms of a version that had ended before it', () => {
    const rule = ruleFrom(['2020-01-01', '2026-06-01'], 'issued');
    const at = new Date('2026-12-01T04:00:00Z');
    const old = { issuedOn: '2026-05-31' };
    const later = bookOf(rule, [overrideOf('2026-11-01', null)]);
    expect(ruleAt(later, 'r', at, old)).toMatchObject({ state: 'law', value: years(1) });
    expect(ruleAt(later, 'r', at, { issuedOn: '2026-06-01' }).state).toBe('override');
    // One that was set while the old version was in force holds for it, and goes on.
    const earlier = bookOf(rule, [overrideOf('2026-05-31', null)]);
    expect(ruleAt(earlier, 'r', at, old).state).toBe('override');
    expect(ruleAt(earlier, 'r', at).state).toBe('override');
  });

  it('one that was withdrawn before its first day never holds', () => {
    const book = bookOf(ruleFrom(['2020-01-01']), [overrideOf('2026-06-01', '2026-05-31')]);
    for (const of of ['2026-05-31', '2026-06-01']) {
      expect(ruleAt(book, 'r', new Date(`${of}T04:00:00Z`)).state).toBe('law');
    }
  });

  it('refuses an id that no rule has', () => {
    expect(() => ruleAt(bookOf(ruleFrom(['2020-01-01'])), 'x', new Date())).toThrow('no rule "x"');
  });
});

describe('the rules that the program ships', () => {
  const book: RuleBook = { rules: shippedRules, overrides: [], timeZone: 'Asia/Shanghai' };
  const noon = (of: string) => new Date(`${of}T12:00:00+08:00`);

  it('have ids of their own, and versions that follow each other without gap or overlap', () => {
    expect(new Set(shippedRules.map(({ id }) => id)).size).toBe(shippedRules.length);
    for (const { id, versions, overridable, keeps } of shippedRules) {
      for (const [n, version] of versions.entries()) {
        const following = versions[n + 1];
        expect([id, version.to && next(version.to)]).toEqual([id, following?.from ?? null]);
        if (n > 0) expect([id, version.from]).not.toEqual([id, null]);
        // Not known says what counts instead, and nothing else does.
        expect([id, version.instead === null]).toEqual([id, version.value !== null]);
        if (overridable && version.value) expect(version.value).toMatchObject(overridable);
      }
      if (keeps) expect(versions.length).toBeGreaterThan(1);
    }
  });

  it('know the terms of order 30, and of order 19 only that the date of the certificate counts', () => {
    const at = noon('2026-11-27');
    const interval = 'special-work-review-interval';
    expect(ruleAt(book, interval, at)).toMatchObject({
      state: 'not-known',
      value: null,
      instead: { id: 'certificate-date' },
      certainty: 'page',
      version: { from: '2026-06-01', source: { law: { zh: '应急管理部令第 19 号' } } },
    });
    expect(ruleAt(book, interval, at, { issuedOn: '2026-05-31' })).toMatchObject({
      state: 'law',
      value: { amount: 3, unit: 'years' },
      certainty: 'text',
    });
    // It was renewed under the new order.
    expect(ruleAt(book, interval, at, { issuedOn: '2026-06-01' }).state).toBe('not-known');
    expect(ruleAt(book, interval, noon('2026-05-31')).value).toMatchObject({ amount: 3 });
    const begin = new Date('2026-05-31T16:00:00Z');
    expect(ruleAt(book, interval, new Date(begin.getTime() - 1)).until).toEqual(begin);
    expect(ruleAt(book, interval, begin).state).toBe('not-known');
  });

  it('mark what no source proves, and name the law of the rest', () => {
    for (const { id, versions } of shippedRules) {
      for (const { certainty, source } of versions) {
        if (
          certainty === 'text' &&
          !id.startsWith('special-work') &&
          id !== 'equipment-crane-inspection'
        ) {
          expect([id, source.article]).not.toEqual([id, null]);
        }
      }
    }
    expect(lawAt('training-workers-yearly').certainty).toBe('repeated');
    expect(lawAt('equipment-forklift').certainty).toBe('memory');
    expect(() => lawAt('nothing')).toThrow('no rule "nothing"');
  });

  it('an override looks at the law that it was set against: wording alone changes nothing', () => {
    const law = lawAt('drill-plan');
    expect(digestOf({ ...law, text: words('另', 'other'), to: '2030-01-01' })).toBe(digestOf(law));
    expect(digestOf({ ...law, value: years(1) })).not.toBe(digestOf(law));
    expect(digestOf({ ...law, source: { ...law.source, number: '9' } })).not.toBe(digestOf(law));
  });
});
