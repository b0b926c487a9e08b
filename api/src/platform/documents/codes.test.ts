import { expect, it } from 'vitest';
import { newDocumentCode, readDocumentCode } from './codes.ts';

it('a code is found again as people type it', () => {
  const code = newDocumentCode();
  expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
  expect(readDocumentCode(code)).toBe(code);
  expect(readDocumentCode(` ${code.toLowerCase().replaceAll('-', ' ')} `)).toBe(code);
  expect(readDocumentCode('OIL00-00000-00000-00000')).toBe('01100-00000-00000-00000');
  expect(new Set(Array.from({ length: 200 }, newDocumentCode)).size).toBe(200);
});

it.each(['', 'short', 'U0000-00000-00000-00000', '../../etc/passwd', '0'.repeat(21)])(
  'no code: %s',
  (typed) => expect(readDocumentCode(typed)).toBeNull(),
);
