import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isDispensable,
  isKeyNal,
  isParameterSet,
  splitAnnexB,
  splitLengthPrefixed,
} from './nal.ts';

/** NAL units as encoders write them: no start code inside, no zero at the end. */
const nals = fc.array(
  fc
    .uint8Array({ minLength: 1, maxLength: 60 })
    .map((bytes) => Buffer.concat([Buffer.from(bytes.map((b) => b || 1)), Buffer.from([0x80])])),
  { minLength: 1, maxLength: 8 },
);

describe('splitAnnexB', () => {
  it('finds all units after short and long start codes', () => {
    const zeros = fc.array(fc.integer({ min: 2, max: 5 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(nals, zeros, (units, runs) => {
        const stream = units.flatMap((unit, i) => [
          Buffer.alloc(runs[i] ?? 2),
          Buffer.from([1]),
          unit,
        ]);
        expect(splitAnnexB(Buffer.concat(stream))).toEqual(units);
      }),
    );
  });

  it('finds nothing where there is no start code', () => {
    expect(splitAnnexB(Buffer.from([1, 2, 3, 0, 0]))).toEqual([]);
    expect(splitAnnexB(Buffer.from([0, 0, 1]))).toEqual([]);
  });
});

describe('splitLengthPrefixed', () => {
  it('round-trips', () => {
    fc.assert(
      fc.property(nals, (units) => {
        const stream = units.flatMap((unit) => {
          const length = Buffer.alloc(4);
          length.writeUInt32BE(unit.length);
          return [length, unit];
        });
        expect(splitLengthPrefixed(Buffer.concat(stream))).toEqual(units);
      }),
    );
  });

  it('refuses a length past the end', () => {
    expect(() => splitLengthPrefixed(Buffer.from([0, 0, 0, 9, 1]))).toThrow(RangeError);
  });
});

it.each([
  ['H264', 0x65, 'key'],
  ['H264', 0x67, 'set'],
  ['H264', 0x68, 'set'],
  ['H264', 0x09, 'dispensable'],
  ['H264', 0x0c, 'dispensable'],
  ['H264', 0x41, 'other'],
  ['H265', 19 << 1, 'key'],
  ['H265', 21 << 1, 'key'],
  ['H265', 32 << 1, 'set'],
  ['H265', 34 << 1, 'set'],
  ['H265', 35 << 1, 'dispensable'],
  ['H265', 1 << 1, 'other'],
] as const)('%s header 0x%s is %s', (codec, header, kind) => {
  const nal = Buffer.from([header, 1]);
  expect(isKeyNal(codec, nal)).toBe(kind === 'key');
  expect(isParameterSet(codec, nal)).toBe(kind === 'set');
  expect(isDispensable(codec, nal)).toBe(kind === 'dispensable');
});
