import { expect, it } from 'vitest';
import { newCode, readCode } from './codes.ts';

it('a code is read as people type it, and nothing else is one', () => {
  for (let n = 0; n < 200; n++) {
    const code = newCode();
    expect(code).toMatch(/^[2-9A-Z]{4}-[2-9A-Z]{4}$/);
    expect(code).not.toMatch(/[01IOLSB58]/);
    expect(readCode(code)).toBe(code);
    expect(readCode(` ${code.toLowerCase().replace('-', ' ')} `)).toBe(code);
  }
  for (const other of ['', 'AAAA', 'AAAA-AAAA-A', 'AAAA-AAA0', "AAAA-AAA'"]) {
    expect(readCode(other)).toBeNull();
  }
});
