import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { disposition, safeName } from './names.ts';

describe('names of files', () => {
  it('never traverse out of a folder, for any input', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const name = safeName(given, 'jpg');
        expect(name).toMatch(/^[^/\\<>:"|?*]+\.jpg$/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they must be gone.
        expect(name).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(name).not.toMatch(/^\.|^(con|aux|nul|prn)\./i);
        expect([...name].length).toBeLessThanOrEqual(130);
      }),
      { numRuns: 500 },
    );
  });

  it('stay readable', () => {
    expect(safeName('现场照片（二）.JPG', 'jpg')).toBe('现场照片（二）.jpg');
    expect(safeName('report v1.2.final.pdf', 'pdf')).toBe('report v1.2.final.pdf');
    expect(safeName('.bashrc', 'txt')).toBe('bashrc.txt');
  });

  it('make a header that can be parsed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (given) => {
        expect(disposition('attachment', safeName(given, 'pdf'))).toMatch(
          /^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[A-Za-z0-9%._!#$&+^`|~-]+$/,
        );
      }),
    );
  });
});
