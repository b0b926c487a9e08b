import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStatementNames, shapeOf } from './statements.ts';

const times = (n: number, ask: () => string | undefined) => Array.from({ length: n }, ask);

describe('a statement', () => {
  it('gets a name at its third use, and keeps it', () => {
    const nameOf = createStatementNames();
    const [first, second, third, fourth] = times(4, () => nameOf('SELECT 1'));
    expect([first, second]).toEqual([undefined, undefined]);
    expect(third).toMatch(/^anshi_[0-9a-f]{40}$/);
    expect(fourth).toBe(third);
  });

  it('has the same name in every process, and no name is that of another text', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 40 }), (texts) => {
        const [here, there] = [createStatementNames(), createStatementNames()];
        const names = texts.map((text) => times(3, () => here(text)).at(-1));
        expect(texts.map((text) => times(3, () => there(text)).at(-1))).toEqual(names);
        expect(new Set(names).size).toBe(texts.length);
        // PostgreSQL truncates names at 63 bytes: longer common prefixes would collide.
        for (const name of names) expect(Buffer.byteLength(name ?? '')).toBeLessThan(64);
      }),
    );
  });

  it('of varying length gets no name', () => {
    const nameOf = createStatementNames();
    for (let n = 1; n <= 20_000; n++) {
      expect(nameOf(`SELECT 1 WHERE 1 IN (${n})`)).toBeUndefined();
    }
    // They do not block a frequent one.
    expect(times(3, () => nameOf('SELECT 2')).at(-1)).toBeDefined();
  });

  it('of 1,000 lengths leaves room for others', () => {
    const nameOf = createStatementNames();
    const early = times(3, () => nameOf('SELECT 1')).at(-1);
    const marks = (n: number) => Array.from({ length: n }, (_, at) => `$${at + 1}`);
    const list = (n: number) =>
      `SELECT id FROM site WHERE id IN (${marks(n).join(',')}) LIMIT $${n}`;
    const rows = (n: number) =>
      `INSERT INTO site (a, b) VALUES ${Array.from({ length: n }, (_, at) => `($${2 * at + 1}, $${2 * at + 2}::jsonb)`).join(', ')}`;
    const named = { list: 0, rows: 0 };
    for (let n = 1; n <= 1_000; n++) {
      if (times(5, () => nameOf(list(n))).at(-1)) named.list++;
      if (times(5, () => nameOf(rows(n))).at(-1)) named.rows++;
    }
    // The first ones are the short ones, which are the most frequent.
    expect(named).toEqual({ list: 3, rows: 3 });
    expect(nameOf(rows(1))).toBeDefined();
    expect(nameOf('SELECT 1')).toBe(early);
    const late = Array.from({ length: 300 }, (_, n) =>
      times(3, () => nameOf(`SELECT ${n}, 2`)).at(-1),
    );
    expect(late.filter((name) => name === undefined)).toEqual([]);
  });

  it('has one shape for all lengths, and another for another table or condition', () => {
    const shape = shapeOf('SELECT a FROM t WHERE a IN ($1,$2) AND b = $3');
    expect(shapeOf('SELECT a FROM t WHERE a IN ($1, $2,\n$3) AND b = $4')).toBe(shape);
    expect(shapeOf('SELECT a FROM t WHERE a IN ($1) AND b = $2')).toBe(shape);
    expect(shapeOf('SELECT a FROM u WHERE a IN ($1) AND b = $2')).not.toBe(shape);
    expect(shapeOf('SELECT a FROM t WHERE a IN ($1) AND c = $2')).not.toBe(shape);
    const row = shapeOf('INSERT INTO t (a, b) VALUES ($1, now())');
    expect(row).toBe('INSERT INTO t (a, b) VALUES ($, now())');
  });

  it('gets none beyond the limit of a connection; existing names stay', () => {
    const nameOf = createStatementNames();
    const ask = (n: number) => times(3, () => nameOf(`SELECT ${n}`)).at(-1);
    const names = Array.from({ length: 500 }, (_, n) => ask(n));
    expect(names.filter((name) => name !== undefined)).toHaveLength(400);
    expect(ask(499)).toBeUndefined();
    expect(ask(0)).toBe(names[0]);
  });
});
