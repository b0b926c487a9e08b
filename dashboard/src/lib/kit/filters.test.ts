import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyDay, anyId, defineFilters, oneOf, searchText } from './filters.ts';

const filters = defineFilters({
  q: searchText(50),
  department: anyId(),
  status: oneOf(['', 'active', 'left'], 'active'),
  from: anyDay(),
});
const values = fc.record({
  q: fc.string({ maxLength: 50 }).map((text) => text.trim()),
  department: fc.constantFrom('', 'press-shop', '01KAVDEMZ00000000000000001'),
  status: fc.constantFrom('' as const, 'active' as const, 'left' as const),
  from: fc.constantFrom('', '2026-11-27'),
});

it('filters round-trip through the address', () => {
  fc.assert(
    fc.property(values, (set) => {
      expect(filters.read(new URLSearchParams(filters.write(set)))).toEqual(set);
    }),
  );
});

it('an invalid address sets no filter', () => {
  const keys = fc.constantFrom('department', 'status', 'from', 'other');
  const odd = fc.string().filter((text) => !/^[\w.:-]+$/.test(text));
  fc.assert(
    fc.property(fc.dictionary(keys, odd), (query) => {
      const read = filters.read(new URLSearchParams(query));
      // '' is one of the states: all of them.
      expect({ ...read, status: 'active' }).toEqual(filters.usual);
    }),
  );
  expect(filters.read(new URLSearchParams('status=gone&from=2026-99-99'))).toEqual(filters.usual);
});

it('defaults are left out of the address, and sent to the API', () => {
  expect(filters.write(filters.usual)).toBe('');
  expect(filters.isNarrowed(filters.usual)).toBe(false);
  expect(filters.query(filters.usual)).toEqual({ status: 'active' });
  const set = { q: ' 赵 ', department: 'press-shop', status: '', from: '' } as const;
  expect(filters.write(set)).toBe('?q=%E8%B5%B5&department=press-shop&status=');
  expect(filters.query(set)).toEqual({ q: '赵', department: 'press-shop' });
  expect(filters.isNarrowed(set)).toBe(true);
});
