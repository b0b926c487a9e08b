import { randomInt } from 'node:crypto';

/** Without letters that are read for one another (Crockford). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUPS = 4;
const GROUP = 5;

/** A new verification code, 100 random bits: `7Q3ZK-0M9XT-…`. It cannot be guessed, and can be typed. */
export function newDocumentCode(): string {
  const group = () => Array.from({ length: GROUP }, () => ALPHABET[randomInt(32)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/**
 * A code as people type it: small letters, blanks, and the letters that look like digits.
 *
 * @returns null where it cannot be a code.
 */
export function readDocumentCode(typed: string): string | null {
  const bare = typed
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  if (bare.length !== GROUPS * GROUP || [...bare].some((one) => !ALPHABET.includes(one))) {
    return null;
  }
  return (bare.match(/.{5}/g) ?? []).join('-');
}
