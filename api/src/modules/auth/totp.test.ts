import { expect, it } from 'vitest';
import { makeRecoveryCode } from './totp.ts';

it('a recovery code has 112 random bits at least, and fits into the field of the sign-in', () => {
  const codes = Array.from({ length: 200 }, makeRecoveryCode);
  expect(new Set(codes).size).toBe(200);
  const letters = new Set(codes.join('').replaceAll('-', ''));
  const random = (codes[0] as string).replaceAll('-', '').length;
  expect(random * Math.log2(letters.size)).toBeGreaterThan(112);
  for (const code of codes) expect(code.length).toBeLessThanOrEqual(32);
});
