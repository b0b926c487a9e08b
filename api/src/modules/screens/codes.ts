import { createHash, randomBytes, randomInt } from 'node:crypto';

/** Without those that are read for one another: 0 and O, 1, I and L, 5 and S, 8 and B. */
const LETTERS = '234679ACDEFGHJKMNPQRTUVWXYZ';
const LENGTH = 8;

/** A code to be read from a screen: 38 bits, such as `K7QM-2XWD`. */
export function newCode(): string {
  const letters = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]);
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
}

/** As people type it: with or without the hyphen, in any case. Null for what is no code. */
export function readCode(text: string): string | null {
  const plain = text.toUpperCase().replace(/[\s-]/g, '');
  const isCode = plain.length === LENGTH && [...plain].every((one) => LETTERS.includes(one));
  return isCode ? `${plain.slice(0, 4)}-${plain.slice(4)}` : null;
}

/** What a screen keeps in its cookie: 256 bits. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
