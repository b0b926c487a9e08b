import { describe, expect, it } from 'vitest';
import { fieldChanges, fieldText } from '$lib/kit/field-changes.ts';
import { noFilters, queryOf } from './audit-api.ts';

describe('the audit log', () => {
  it('queries whole days, without empty values', () => {
    const query = queryOf({ ...noFilters, entity: ' role ', from: '2026-11-25', to: '2026-11-25' });
    expect(Object.keys(query).sort()).toEqual(['entity', 'from', 'to']);
    expect(query.entity).toBe('role');
    expect(Date.parse(query.to ?? '') - Date.parse(query.from ?? '')).toBe(86_400_000);
  });

  it('shows changes field by field, and list elements by id', () => {
    const before = { name: 'A', same: 1, states: [{ id: 'x', hours: 2 }] };
    const after = { name: 'B', same: 1, states: [{ id: 'x', hours: 3 }] };
    expect(fieldChanges(before, after)).toEqual([
      { name: 'name', before: 'A', after: 'B' },
      { name: 'states[x].hours', before: 2, after: 3 },
    ]);
    expect(fieldChanges(null, { on: true })).toEqual([
      { name: 'on', before: undefined, after: true },
    ]);
    expect(fieldChanges({ a: 1 }, { a: 1 })).toEqual([]);
  });

  it('uses the differences of a workflow’s line', () => {
    const change = { path: 'states[x].deadline.amount', change: 'changed', before: 1, after: 4 };
    expect(fieldChanges({ version: 1 }, { version: 2, changes: [change] })).toEqual([
      { name: 'version', before: 1, after: 2 },
      { name: 'states[x].deadline.amount', before: 1, after: 4 },
    ]);
  });

  it('formats values for display', () => {
    expect([null, '', ['a', 'b'], true, { a: 1 }].map(fieldText)).toEqual([
      '—',
      '—',
      'a, b',
      'true',
      '{"a":1}',
    ]);
  });
});
