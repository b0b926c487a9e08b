import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shippedRules } from '../../platform/rules/law/shipped.ts';
import { meets, needsOf } from './needs.ts';
import { identityIn, isSealedNumber, maskedNumber } from './numbers.ts';
import { lastDay, type QualificationFact, stateAt } from './state.ts';
import { termsOf } from './terms.ts';

const ZONE = 'Asia/Shanghai';
const fact = (more: Partial<QualificationFact> = {}): QualificationFact => ({
  id: '01K0000000000000000000000A',
  type: 'special-work',
  category: 'welding',
  level: null,
  issuedOn: '2022-03-01',
  validFrom: '2022-03-01',
  validUntil: '2028-02-29',
  reviewDueOn: null,
  result: null,
  suspensions: [],
  revokedAt: null,
  ...more,
});
const at = (text: string) => new Date(text);

describe('the state of a qualification', () => {
  it('changes at midnight of the plant, not of UTC', () => {
    const one = fact({ validUntil: '2026-11-30' });
    const last = stateAt(one, at('2026-11-30T23:59:59.999+08:00'), ZONE);
    expect(last).toEqual({
      state: 'valid',
      endedBy: null,
      changesAt: '2026-11-30T16:00:00.000Z',
    });
    const over = stateAt(one, at('2026-12-01T00:00:00+08:00'), ZONE);
    expect(over).toEqual({ state: 'expired', endedBy: 'term', changesAt: null });
    expect(stateAt(one, at('2026-12-01T00:00:00+08:00'), 'Europe/Berlin').state).toBe('valid');
  });

  it('ends with a review that was not made', () => {
    const one = fact({ reviewDueOn: '2025-02-28' });
    expect(lastDay(one)).toBe('2025-02-28');
    expect(stateAt(one, at('2025-03-01T00:00:00+08:00'), ZONE)).toMatchObject({
      state: 'expired',
      endedBy: 'review',
    });
  });

  it('is not valid before its first day, while suspended, and once revoked', () => {
    const one = fact({
      suspensions: [{ from: '2024-05-01T00:00:00.000Z', until: '2024-05-02T00:00:00.000Z' }],
      revokedAt: '2025-01-01T00:00:00.000Z',
    });
    const states = [
      '2022-02-28T10:00:00Z',
      '2022-03-01T10:00:00Z',
      '2024-05-01T00:00:00Z',
      '2024-05-02T00:00:00Z',
      '2025-01-01T00:00:00Z',
      '2030-01-01T00:00:00Z',
    ].map((when) => stateAt(one, at(when), ZONE).state);
    expect(states).toEqual(['not-yet', 'valid', 'suspended', 'valid', 'revoked', 'revoked']);
  });

  it('stays the same until the instant that it names', () => {
    const day = fc.date({
      min: at('2024-01-01T00:00:00Z'),
      max: at('2027-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    const days = day.map((one) => one.toISOString().slice(0, 10));
    fc.assert(
      fc.property(
        days,
        days,
        fc.option(days),
        fc.option(day),
        day,
        day,
        day,
        (a, b, review, revoked, s1, s2, now) => {
          const [validFrom = '', validUntil = ''] = [a, b].sort();
          const [from = s1, until = s2] = [s1, s2].sort((x, y) => x.getTime() - y.getTime());
          const one = fact({
            validFrom,
            validUntil,
            reviewDueOn: review,
            revokedAt: revoked?.toISOString() ?? null,
            suspensions: [{ from: from.toISOString(), until: until.toISOString() }],
          });
          const seen = stateAt(one, now, ZONE);
          if (seen.changesAt === null) {
            expect(stateAt(one, at('2100-01-01T00:00:00Z'), ZONE).state).toBe(seen.state);
          } else {
            const before = new Date(Date.parse(seen.changesAt) - 1);
            expect(stateAt(one, before, ZONE).state).toBe(seen.state);
          }
        },
      ),
    );
  });
});

describe('what a post asks for', () => {
  const now = at('2026-11-28T00:00:00Z');
  const welding = { type: 'special-work', category: 'welding', level: null } as const;
  const skill = (level: number) => ({ type: 'skill', category: 'assembly', level }) as const;

  it('is met by a valid one of the category, and by no other', () => {
    const code = (...facts: QualificationFact[]) => meets(welding, facts, now, ZONE).code;
    expect(code()).toBe('missing');
    expect(code(fact({ category: 'electric-low' }))).toBe('missing');
    expect(code(fact())).toBe('met');
    expect(code(fact({ validUntil: '2026-11-27' }))).toBe('expired');
    expect(code(fact({ reviewDueOn: '2025-02-28' }))).toBe('review');
    expect(code(fact({ validUntil: '2026-11-27' }), fact({ id: 'b' }))).toBe('met');
    expect(code(fact({ revokedAt: '2026-01-01T00:00:00.000Z' }))).toBe('revoked');
    const longest = meets(
      welding,
      [fact(), fact({ id: 'b', validUntil: '2029-01-01' })],
      now,
      ZONE,
    );
    expect(longest).toMatchObject({ until: '2029-01-01', id: 'b' });
  });

  it('is met by a skill of at least the level', () => {
    const has = fact({ type: 'skill', category: 'assembly', level: 2, validUntil: null });
    expect(meets(skill(2), [has], now, ZONE)).toMatchObject({ met: true, until: null });
    expect(meets(skill(3), [has], now, ZONE)).toMatchObject({ met: false, code: 'level' });
  });

  it('is judged by the newest medical check', () => {
    const need = { type: 'fitness', category: null, level: null } as const;
    const of = (result: QualificationFact['result'], validFrom: string) =>
      fact({
        id: validFrom,
        type: 'fitness',
        category: 'in-post',
        result,
        validFrom,
        validUntil: '2027-01-01',
      });
    const fit = of('fit', '2026-01-01');
    expect(meets(need, [fit], now, ZONE)).toMatchObject({ met: true, code: 'met' });
    expect(meets(need, [of('unfit', '2026-06-01'), fit], now, ZONE)).toMatchObject({
      met: false,
      code: 'unfit',
    });
    expect(meets(need, [of('restricted', '2026-06-01'), fit], now, ZONE)).toMatchObject({
      met: true,
      code: 'restricted',
    });
  });

  it('asks for a medical check where people are exposed', () => {
    const post = { specialWork: ['welding'], specialEquipment: [], skills: [], exposures: [{}] };
    expect(needsOf(post).map(({ type }) => type)).toEqual(['special-work', 'fitness']);
    expect(needsOf({ ...post, exposures: [] })).toHaveLength(1);
  });
});

describe('the days of a certificate', () => {
  const book = { rules: shippedRules, overrides: [], timeZone: ZONE };
  const now = at('2026-11-28T00:00:00Z');
  const days = (more: object = {}) => ({
    issuedOn: '2022-03-01',
    validFrom: '2022-03-01',
    validUntil: null,
    reviewedOn: null,
    reviewDueOn: null,
    reviewExtendedUntil: null,
    ...more,
  });
  const of = (more: object = {}) => termsOf(book, 'special-work', days(more), now);

  it('follow order 30 where it was issued up to 2026-05-31', () => {
    const { days: found, faults } = of();
    expect(faults).toEqual([]);
    expect(found).toMatchObject({ validUntil: '2028-02-29', reviewDueOn: '2025-02-28' });
    expect(of({ reviewedOn: '2025-02-10' }).days.reviewDueOn).toBe('2028-02-09');
    expect(of({ issuedOn: '2026-05-31', validFrom: '2026-05-31' }).days.validUntil).toBe(
      '2032-05-30',
    );
    expect(of({ validUntil: '2029-01-01' }).faults).toMatchObject([{ field: 'validUntil' }]);
    expect(of({ reviewDueOn: '2028-02-20' }).faults).toMatchObject([{ field: 'reviewDueOn' }]);
    expect(of({ issuedOn: '2020-02-29', validFrom: '2020-02-29' }).days.validUntil).toBe(
      '2026-02-28',
    );
  });

  it('have a later review only where the authority extended it, up to six years and under order 30 alone', () => {
    const fieldsOf = (more: object) => of(more).faults.map(({ field }) => field);
    const extended = of({ reviewExtendedUntil: '2028-02-29' });
    expect(extended.faults).toEqual([]);
    expect(extended.days).toMatchObject({
      reviewDueOn: '2028-02-29',
      reviewExtendedUntil: '2028-02-29',
    });
    expect(fieldsOf({ reviewExtendedUntil: '2025-02-28' })).toEqual(['reviewExtendedUntil']);
    expect(fieldsOf({ reviewExtendedUntil: '2028-03-02' })).toEqual(['reviewExtendedUntil']);
    const later = { issuedOn: '2026-06-01', validFrom: '2026-06-01', validUntil: '2032-05-31' };
    expect(fieldsOf({ ...later, reviewExtendedUntil: '2032-05-31' })).toEqual([
      'reviewExtendedUntil',
    ]);
    const guardian = termsOf(book, 'guardian', days({ reviewExtendedUntil: '2028-02-29' }), now);
    expect(guardian.faults).toMatchObject([{ field: 'reviewExtendedUntil' }]);
  });

  it('are those on the certificate where the law is not known', () => {
    const later = { issuedOn: '2026-06-01', validFrom: '2026-06-01' };
    expect(of(later).faults).toMatchObject([{ field: 'validUntil' }]);
    const printed = of({ ...later, validUntil: '2030-05-31' });
    expect(printed.faults).toEqual([]);
    expect(printed.days).toMatchObject({ validUntil: '2030-05-31', reviewDueOn: null });
  });

  it('follow a value of the company from its first day', () => {
    const override = {
      id: 'o',
      rule: 'special-work-validity',
      value: { kind: 'amount', amount: 4, unit: 'years', bound: 'exactly' },
      from: '2026-07-01',
      until: null,
    } as never;
    const own = { ...book, overrides: [override] };
    const later = days({ issuedOn: '2026-08-01', validFrom: '2026-08-01' });
    expect(termsOf(own, 'special-work', later, now).days.validUntil).toBe('2030-07-31');
    // Terms that were kept from order 30 stay.
    expect(termsOf(own, 'special-work', days(), now).days.validUntil).toBe('2028-02-29');
  });

  it('of special equipment end with the review that the law asks for, also where a later day is entered', () => {
    const equipment = (more: object = {}) =>
      termsOf(
        book,
        'special-equipment',
        days({ issuedOn: '2025-03-01', validFrom: '2025-03-01', ...more }),
        now,
      );
    expect(equipment().days.validUntil).toBe('2029-02-28');
    expect(equipment({ validUntil: '2029-02-28' }).faults).toEqual([]);
    expect(equipment({ validUntil: '2035-02-28' }).faults).toMatchObject([{ field: 'validUntil' }]);
    const reviewed = { reviewedOn: '2026-10-01', validUntil: '2030-09-30' };
    expect(equipment(reviewed).faults).toEqual([]);
  });

  it('begin soon after the issue: a renewal has its own day of issue', () => {
    expect(of({ issuedOn: '2022-03-01', validFrom: '2022-08-28' }).faults).toEqual([]);
    const late = of({ issuedOn: '2022-03-01', validFrom: '2022-08-29' });
    expect(late.faults).toMatchObject([
      { field: 'validFrom', message: expect.stringContaining('its own day of issue') },
    ]);
    const skill = days({ validFrom: '2026-01-01' });
    expect(termsOf(book, 'skill', skill, now).faults).toEqual([]);
  });

  it('are refused in the wrong order, in the future, and without the day of issue', () => {
    expect(of({ validUntil: '2022-01-01' }).faults).toMatchObject([{ field: 'validUntil' }]);
    expect(of({ issuedOn: '2027-01-01' }).faults.map(({ field }) => field)).toContain('issuedOn');
    expect(of({ issuedOn: null }).faults).toMatchObject([{ field: 'issuedOn' }]);
    expect(termsOf(book, 'fitness', days({ issuedOn: null }), now).faults).toMatchObject([
      { field: 'validUntil' },
    ]);
    expect(termsOf(book, 'skill', days({ issuedOn: null }), now).faults).toEqual([]);
  });
});

it('an identity number is found in the number of a certificate', () => {
  expect(identityIn('T11010519491231002X')).toBe('11010519491231002X');
  expect(identityIn(' t 110105 19491231 002x ')).toBe('11010519491231002X');
  expect(identityIn('T110105194912310021')).toBeNull();
  expect(identityIn('JS-2024-000123')).toBeNull();
  expect(identityIn('T-110105-19491231-002X')).toBe('11010519491231002X');
  expect(identityIn('Ｔ１１０１０５１９４９１２３１００２ｘ')).toBe('11010519491231002X');
});

it('a number is sealed wherever it may hold an identity number, well typed or not', () => {
  for (const number of [
    'T11010519491231002X',
    'T110105194912310021',
    'T-110105-19491231-002X',
    'Ｔ１１０１０５１９４９１２３１００２ｘ',
    'T110105.491231.002',
    'T11010519491231002',
  ]) {
    expect(isSealedNumber(number), number).toBe(true);
    const shown = maskedNumber(number);
    expect(shown, number).toMatch(/^T110\*{8,}\d{3}[\dX]$/);
  }
  for (const number of ['JS-2024-000123', 'T11010519491231', 'X']) {
    expect(isSealedNumber(number), number).toBe(false);
  }
});
