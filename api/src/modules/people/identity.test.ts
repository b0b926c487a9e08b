import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkCharacter,
  masks,
  normaliseNationalId,
  normalisePhone,
  wrongNationalId,
  wrongPhone,
} from './identity.ts';

// The example of GB 11643-1999, annex.
const EXAMPLE = '11010519491231002X';
const today = new Date('2026-11-25');

describe('an identity number (GB 11643-1999)', () => {
  it('is accepted with a valid check character, in any case and with spaces', () => {
    expect(wrongNationalId(EXAMPLE, today)).toBeNull();
    expect(wrongNationalId('440524188001010014', today)?.en).toContain('day of birth');
    expect(wrongNationalId('110105 19491231 002x', today)).toBeNull();
    expect(normaliseNationalId('110105 19491231 002x')).toBe(EXAMPLE);
  });

  it.each([
    ['110105194912310021', 'check character'],
    ['110105194902310029', 'day of birth'],
    ['110105203012310029', 'day of birth'],
    ['1101051949123100', '17 digits'],
    ['01010519491231002X', '17 digits'],
    ['11010519491231002Y', '17 digits'],
  ])('refuses %s', (text, why) => {
    expect(wrongNationalId(text, today)?.en).toContain(why);
  });

  it('detects every single wrong digit and every transposition', () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 17, maxLength: 17 });
    fc.assert(
      fc.property(digits, fc.nat(16), fc.integer({ min: 1, max: 9 }), (list, at, by) => {
        const right = checkCharacter(list.join(''));
        const typo = list.map((digit, i) => (i === at ? (digit + by) % 10 : digit));
        expect(checkCharacter(typo.join(''))).not.toBe(right);
        const next = Math.min(at + 1, 16);
        const swapped = [...list];
        [swapped[at], swapped[next]] = [list[next] ?? 0, list[at] ?? 0];
        if (list[at] !== list[next]) expect(checkCharacter(swapped.join(''))).not.toBe(right);
      }),
    );
  });
});

describe('a phone number', () => {
  it.each(['13812345678', '+86 138 1234 5678', '0086-138-1234-5678', '0519-86330000'])(
    'takes %s',
    (text) => expect(wrongPhone(text)).toBeNull(),
  );
  it.each(['12812345678', '1381234567', '138123456789', 'abc', '+1 202 555 0100'])(
    'refuses %s',
    (text) => expect(wrongPhone(text)).not.toBeNull(),
  );
  it('is compared without its prefix', () => {
    expect(normalisePhone('+86 (138) 1234-5678')).toBe('13812345678');
  });
});

describe('[SEC-06] identity number and phone are masked', () => {
  it('shows the ends only, and nothing of short values', () => {
    expect(masks.nationalId('110105199001011234')).toBe('110***********1234');
    expect(masks.phone('13812345678')).toBe('138****5678');
    expect(masks.phone('1234567')).toBe('*******');
  });
});
