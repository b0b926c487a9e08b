import * as fc from 'fast-check';
import { ulid } from 'ulid';
import { expect, it } from 'vitest';
import { Prisma } from '../../generated/prisma/client.ts';
import { listOrder } from './list-order.ts';

const newest = listOrder('things newest', 'desc', { at: 'time', id: 'id' });
const oldest = listOrder('things oldest', 'asc', { at: 'time', id: 'id' });
const byName = listOrder('things name', 'asc', { name: 'text' });
const bySeq = listOrder('things seq', 'desc', { seq: 'number' });

const date = fc.date({ min: new Date(-1e12), max: new Date(4e12), noInvalidDate: true });

it('a cursor round-trips its position', () => {
  fc.assert(
    fc.property(
      date,
      fc.constantFrom(newest, oldest),
      fc.string({ maxLength: 256, unit: 'grapheme' }).filter((text) => text.length <= 256),
      fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }),
      (at, order, name, seq) => {
        const position = { at, id: ulid() };
        expect(order.after(order.cursor({ ...position }))).toEqual(position);
        if (!name.includes('\0')) expect(byName.after(byName.cursor({ name }))).toEqual({ name });
        expect(bySeq.after(bySeq.cursor({ seq }))).toEqual({ seq });
      },
    ),
  );
});

it('a cursor of another order, and any other text, is refused', () => {
  const cursor = newest.cursor({ at: new Date(), id: ulid() });
  for (const order of [oldest, byName, bySeq]) {
    expect(() => order.after(cursor)).toThrow(expect.objectContaining({ code: 'request.cursor' }));
  }
  const anything = fc.oneof(
    fc.string(),
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
    // The right order with invalid values.
    fc
      .array(fc.jsonValue(), { maxLength: 3 })
      .filter((values) => !(values.length === 2 && typeof values[0] === 'number'))
      .map((values) =>
        Buffer.from(JSON.stringify(['things newest', ...values])).toString('base64url'),
      ),
  );
  fc.assert(
    fc.property(anything, (text) => {
      expect(() => newest.after(text)).toThrow('cursor');
    }),
  );
  expect(newest.after(undefined)).toBeNull();
});

interface Row {
  at: Date;
  id: string;
}
/** The query builder's condition, applied to a row. */
function holds(where: object, row: Row): boolean {
  return Object.entries(where).every(([key, value]) => {
    if (key === 'AND') return (value as object[]).every((one) => holds(one, row));
    if (key === 'OR') return (value as object[]).some((one) => holds(one, row));
    return Object.entries(value as object).every(([operator, wanted]) => {
      const is = row[key as keyof Row];
      if (operator === 'lt') return is < wanted;
      if (operator === 'lte') return is <= wanted;
      if (operator === 'gt') return is > wanted;
      return is >= wanted;
    });
  });
}

it('the pages add up to the list, also when rows before them are added or removed', () => {
  const few = fc.integer({ min: 0, max: 3 }).map((ms) => new Date(ms));
  fc.assert(
    fc.property(
      fc.uniqueArray(few, { comparator: () => false, maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom(newest, oldest),
      (times, limit, order) => {
        const rows = times.map((at): Row => ({ at, id: ulid() }));
        const sign = order === newest ? -1 : 1;
        const all = rows.toSorted(
          (a, b) => sign * (a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1)),
        );
        const seen: Row[] = [];
        let next: string | undefined;
        do {
          const after = order.after(next);
          const found = all.filter((row) => holds(order.beyond(after), row)).slice(0, limit + 1);
          const page = order.page(found, limit);
          seen.push(...page.rows);
          next = page.next ?? undefined;
        } while (next !== undefined);
        expect(seen).toEqual(all);
      },
    ),
  );
});

it('says the same in SQL', () => {
  const columns = { at: Prisma.sql`t.at`, id: Prisma.sql`t.id` };
  const after = { at: new Date(5), id: ulid() };
  const beyond = newest.beyondSql(after, columns);
  expect(beyond.sql).toBe('(t.at,t.id) < (?,?)');
  expect(beyond.values).toEqual([after.at, after.id]);
  expect(oldest.beyondSql(null, columns).sql).toBe('TRUE');
  expect(newest.bySql(columns).sql).toBe('t.at DESC,t.id DESC');
  expect(newest.by()).toEqual([{ at: 'desc' }, { id: 'desc' }]);
});
