import { describe, expect, it } from 'vitest';
import { insertsOf } from './bulk.ts';

describe('deferred rows', () => {
  it('are one statement per table, with one parameter for any number of rows', () => {
    const row = (id: string) => ({ tenant_id: 'demo', id });
    const one = insertsOf([{ table: 'site', rows: [row('a')] }]);
    const [many, other] = insertsOf([
      { table: 'site', rows: [row('a'), row('b')] },
      { table: 'area', rows: [] },
      { table: 'person', rows: [row('c')], skipDuplicates: true },
    ]);
    // The same text: the server plans it once.
    expect(one[0]?.text).toBe(many?.text);
    expect(many?.values).toEqual([JSON.stringify([row('a'), row('b')])]);
    expect(many?.text).toContain('INSERT INTO "site" ("tenant_id", "id")');
    expect(many?.text).not.toContain('ON CONFLICT');
    expect(other?.text).toContain('INSERT INTO "person"');
    expect(other?.text).toContain('ON CONFLICT DO NOTHING');
  });

  it('keep their columns where a value is missing: undefined is written as NULL', () => {
    const [statement] = insertsOf([{ table: 'site', rows: [{ id: 'a', name: undefined }] }]);
    expect(statement?.text).toContain('("id", "name")');
    expect(statement?.values).toEqual(['[{"id":"a"}]']);
  });

  it('escape all names in the statement', () => {
    const [statement] = insertsOf([{ table: 'a"; DROP', rows: [{ 'b") --': 1 }] }]);
    expect(statement?.text).toContain('INSERT INTO "a""; DROP" ("b"") --")');
  });
});
