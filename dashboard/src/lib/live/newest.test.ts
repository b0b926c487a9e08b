import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Newest } from './newest.ts';

interface Row {
  id: string;
  version: number;
}

it('passes no older version, in any order', () => {
  const row = fc.record({ id: fc.constantFrom('a', 'b', 'c'), version: fc.nat({ max: 9 }) });
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const newest = new Newest<Row>();
      const shown = new Map<string, Row>();
      for (const one of rows) if (newest.take(one)) shown.set(one.id, one);
      for (const id of shown.keys()) {
        const versions = rows.filter((one) => one.id === id).map(({ version }) => version);
        expect(shown.get(id)?.version).toBe(Math.max(...versions));
      }
    }),
  );
});

it('returns the newer one of a response and a push', () => {
  const newest = new Newest<Row>();
  const pushed = { id: 'a', version: 2 };
  newest.take(pushed);
  expect(newest.newer({ id: 'a', version: 1 })).toBe(pushed);
  const answer = { id: 'a', version: 3 };
  expect(newest.newer(answer)).toBe(answer);
  expect(newest.take(pushed)).toBe(false);
});

it('evicts the least recently updated', () => {
  const newest = new Newest<Row>(2);
  for (const id of ['a', 'b']) newest.take({ id, version: 5 });
  newest.take({ id: 'a', version: 6 });
  newest.take({ id: 'c', version: 5 });
  expect(newest.take({ id: 'a', version: 1 })).toBe(false);
  expect(newest.take({ id: 'b', version: 1 })).toBe(true);
});
