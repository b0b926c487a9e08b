import * as fc from 'fast-check';
import { ulid } from 'ulid';
import { expect, it } from 'vitest';
import { readCursor, writeCursor } from './cursor.ts';

it('a cursor reads back as the position that it was written from', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date(-1e12), max: new Date(4e12), noInvalidDate: true }),
      fc.constantFrom('newest' as const, 'oldest' as const),
      (startedAt, order) => {
        const position = { startedAt, id: ulid() };
        expect(readCursor(writeCursor(position, order), order)).toEqual(position);
      },
    ),
  );
});

it('anything else is refused', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => readCursor(text, 'newest')).toThrow('cursor');
    }),
  );
});
