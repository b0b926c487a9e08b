import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRange } from './send-file.ts';

describe('a range of bytes', () => {
  it.each([
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=5-', { first: 5, last: 99 }],
    ['bytes=-10', { first: 90, last: 99 }],
    ['bytes=-1000', { first: 0, last: 99 }],
    ['bytes=90-1000', { first: 90, last: 99 }],
    // The standard allows ignoring: another unit, several ranges, one that ends before its start.
    ['lines=0-3', null],
    ['bytes=0-1,5-6', null],
    ['bytes=9-3', null],
    ['bytes=-', null],
    [undefined, null],
  ])('%s of 100 bytes', (header, expected) => {
    expect(readRange(header, 100)).toEqual(expected);
  });

  it.each(['bytes=100-', 'bytes=100-200', 'bytes=-0'])('%s is outside', (header) => {
    expect(() => readRange(header, 100)).toThrow('inside the file');
  });

  it('is inside the file for any request', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(2000), fc.integer({ min: 1, max: 1000 }), (a, b, bytes) => {
        try {
          const range = readRange(`bytes=${a}-${b}`, bytes);
          return range === null ? b < a : range.first <= range.last && range.last < bytes;
        } catch {
          return a >= bytes;
        }
      }),
    );
  });
});
