import type { Bilingual } from '../../platform/manifest.ts';

/** Weights and check characters of GB 11643-1999, 公民身份号码 (ISO 7064, MOD 11-2). */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK = '10X98765432';

/** The last character of an identity number, from the 17 digits before it. */
export function checkCharacter(digits: string): string {
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
  return CHECK[sum % 11] ?? '';
}

/** Normal form for comparison: no spaces, the check character in upper case. */
export const normaliseNationalId = (text: string): string => text.replace(/\s/g, '').toUpperCase();

/**
 * Validates an identity number: 18 characters with an existing past day of birth, and a valid check
 * character.
 *
 * @returns the fault, or null.
 */
export function wrongNationalId(text: string, today: Date = new Date()): Bilingual | null {
  const fault = nationalIdFault(text, today);
  return fault && nationalIdFaults[fault];
}

const nationalIdFaults = {
  form: { zh: '须为 17 位数字加一位数字或 X', en: 'must be 17 digits and a digit or X' },
  birth: { zh: '出生日期不存在', en: 'names a day of birth that cannot be' },
  check: {
    zh: '校验位不符：有一位输错',
    en: 'has the wrong check character: one digit is mistyped',
  },
} as const;

/** @returns which of the faults it has, or null. */
export function nationalIdFault(
  text: string,
  today: Date = new Date(),
): keyof typeof nationalIdFaults | null {
  const id = normaliseNationalId(text);
  if (!/^[1-9]\d{16}[\dX]$/.test(id)) return 'form';
  const [year, month, day] = [id.slice(6, 10), id.slice(10, 12), id.slice(12, 14)].map(Number);
  const born = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day));
  const exists = born.getUTCMonth() + 1 === month && born.getUTCDate() === day;
  if (!exists || born > today || (year ?? 0) < 1900) return 'birth';
  if (checkCharacter(id) !== id[17]) return 'check';
  return null;
}

/** Normal form for comparison: digits only, without the country prefix. */
export const normalisePhone = (text: string): string =>
  text.replace(/[\s()-]/g, '').replace(/^(\+|00)86/, '');

/** @returns the fault, or null. Accepts mainland mobile numbers, or landlines with area code. */
export function wrongPhone(text: string): Bilingual | null {
  const phone = normalisePhone(text);
  if (/^1[3-9]\d{9}$/.test(phone) || /^0\d{9,11}$/.test(phone)) return null;
  return {
    zh: '须为 11 位手机号，或带区号的固定电话',
    en: 'must be a mobile number of 11 digits, or a landline with its area code',
  };
}

const stars = (text: string, head: number, tail: number): string =>
  text.length <= head + tail
    ? '*'.repeat(text.length)
    : text.slice(0, head) + '*'.repeat(text.length - head - tail) + text.slice(-tail);

/** The masked form of a sensitive field: `110***********1234`, `138****5678`. */
export const masks = {
  nationalId: (text: string) => stars(text, 3, 4),
  phone: (text: string) => stars(text, 3, 4),
} as const;
