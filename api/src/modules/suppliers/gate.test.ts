import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCharacter, isCreditCode } from './credit-code.ts';
import { clear, type GateQualification, type KindRules } from './gate.ts';
import { clearLot, judgeResults } from './results.ts';

const day = '2026-11-27';
const name = { zh: '类型', en: 'Kind' };
const rules: KindRules = {
  name,
  requires: [['business-licence'], ['hazchem-licence', 'safety-production-licence']],
  testsRequired: true,
};
const paper = (kind: string, more: Partial<GateQualification> = {}): GateQualification => ({
  kind,
  validFrom: '2020-01-01',
  validUntil: '2030-01-01',
  revoked: false,
  confirmed: true,
  wastes: [],
  ...more,
});
const codes = (status: string, qualifications: GateQualification[], waste?: string) =>
  clear({ status, qualifications }, rules, new Map(), {
    purpose: waste === undefined ? 'buy' : 'dispose',
    day,
    waste,
  }).reasons.map(({ code }) => code);
const both = [paper('business-licence'), paper('safety-production-licence')];

describe('[SUP-03] the gate', () => {
  it('clears an approved supplier with one valid qualification of each group', () => {
    expect(codes('approved', both)).toEqual([]);
    for (const status of ['candidate', 'suspended', 'blocked']) {
      expect(codes(status, both)).toEqual(['status']);
    }
  });

  it('[SUP-01] says what is missing, expired, revoked or not valid yet', () => {
    expect(codes('approved', [])).toEqual(['missing', 'missing']);
    const but = (more: Partial<GateQualification>) =>
      codes('approved', [paper('business-licence'), paper('hazchem-licence', more)]);
    expect(but({ validUntil: day })).toEqual([]);
    expect(but({ validUntil: '2026-11-26' })).toEqual(['expired']);
    expect(but({ validUntil: null })).toEqual([]);
    expect(but({ validFrom: '2026-11-28' })).toEqual(['not-yet']);
    expect(but({ revoked: true })).toEqual(['revoked']);
    expect(but({ confirmed: false })).toEqual(['unconfirmed']);
  });

  it('[SUP-04] refuses a disposer whose licence does not cover the waste', () => {
    const licence = (more: Partial<GateQualification>) => [
      ...both,
      paper('hazardous-waste-licence', more),
    ];
    expect(codes('approved', licence({ wastes: ['HW08'] }), 'HW08')).toEqual([]);
    expect(codes('approved', licence({ wastes: ['HW49'] }), 'HW08')).toEqual(['waste']);
    const old = licence({ wastes: ['HW08'], validUntil: '2026-01-01' });
    expect(codes('approved', old, 'HW08')).toEqual(['expired', 'waste']);
    expect(codes('approved', both, 'HW08')).toEqual(['missing', 'waste']);
  });

  it('never clears by removing a valid qualification', () => {
    const some = fc.array(
      fc.record({
        kind: fc.constantFrom('business-licence', 'hazchem-licence', 'safety-production-licence'),
        validFrom: fc.constantFrom('2020-01-01', '2027-01-01'),
        validUntil: fc.constantFrom('2026-01-01', '2030-01-01', null),
        revoked: fc.boolean(),
        confirmed: fc.boolean(),
        wastes: fc.constant([]),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(some, fc.nat(5), (list, at) => {
        const without = list.filter((_, i) => i !== at);
        if (codes('approved', list).length > 0) {
          expect(codes('approved', without).length).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('[SUP-02] lets a delivery be used where the newest result of each item passes', () => {
    const limit = (item: string, unit = '%') => ({ item, unit, lower: 1, upper: 2 });
    const at = (item: string, value: number, unit = '%') => ({ item, value, unit });
    const limits = [limit('x')];
    const judged = [1, 2, 0.999, 2.001].flatMap((value) => judgeResults([at('x', value)], limits));
    expect(judged.map(({ passed }) => passed)).toEqual([true, true, false, false]);
    const cleared = (results: ReturnType<typeof at>[], given = limits, testsRequired = true) =>
      clearLot(judgeResults(results, given), given, { ...rules, testsRequired });
    const codesOf = (...given: Parameters<typeof cleared>) =>
      cleared(...given).reasons.map(({ code }) => code);
    expect(codesOf([])).toEqual(['not-tested']);
    expect(codesOf([], [])).toEqual(['not-tested']);
    expect(codesOf([], limits, false)).toEqual([]);
    expect(codesOf([at('x', 3)])).toEqual(['test-failed']);
    expect(codesOf([at('x', 1.5), at('y', 5)])).toEqual(['no-limit']);
    expect(codesOf([at('x', 1.5, 'ppm')])).toEqual(['no-limit']);
    expect(codesOf([at('x', 1.5)], [limit('x'), limit('z')])).toEqual(['not-tested']);
    expect(cleared([at('x', 3), at('x', 1.5)])).toMatchObject({ cleared: true, needsReason: true });
    expect(cleared([at('x', 1), at('x', 1.5)]).needsReason).toBe(false);
  });
});

it('[SUP-01] a credit code is checked by its last character (GB 32100)', () => {
  // Codes of real public companies.
  for (const code of ['91330100799655058B', '91440300708461136T']) {
    expect(isCreditCode(code), code).toBe(true);
    const other = code.endsWith('0') ? '1' : '0';
    expect(isCreditCode(code.slice(0, 17) + other)).toBe(false);
  }
  expect(checkCharacter('91330100799655058')).toBe('B');
  expect(isCreditCode('9133010079965505IB')).toBe(false);
});
