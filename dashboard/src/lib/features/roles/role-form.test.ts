import { describe, expect, it } from 'vitest';
import { conflictsOf, groupPermissions, idFor, readGrants, writeGrants } from './role-form.ts';

const duty = {
  id: 'rectify-accept',
  permissions: ['hazard:rectify', 'hazard:accept'],
  from: ['department', 'department'],
  why: { zh: '分开', en: 'apart' },
};

describe('the form of a role', () => {
  it('reads and writes grants, the wider of two for one permission, without unknown ones', () => {
    const grants = readGrants([
      'hazard:read@own',
      'hazard:read@site',
      'user:read@all',
      'x:y@nowhere',
    ]);
    expect(grants).toEqual({ 'hazard:read': 'site', 'user:read': 'all' });
    expect(writeGrants(grants)).toEqual(['hazard:read@site', 'user:read@all']);
  });

  it('lists duties that one role would combine, from the relevant scope on', () => {
    const both = (scope: 'own' | 'department') => ({
      'hazard:rectify': scope,
      'hazard:accept': 'all' as const,
    });
    expect(conflictsOf(both('department'), [duty])).toEqual([duty]);
    expect(conflictsOf(both('own'), [duty])).toEqual([]);
    expect(conflictsOf({ 'hazard:accept': 'all' }, [duty])).toEqual([]);
  });

  it('groups permissions by resource', () => {
    const groups = groupPermissions([{ id: 'a:x' }, { id: 'b:x' }, { id: 'a:y' }]);
    expect(groups.map(({ id, permissions }) => [id, permissions.length])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  it('makes an unused id', () => {
    expect(idFor('Night watch', [])).toBe('night-watch');
    expect(idFor('Night watch', ['night-watch', 'night-watch-2'])).toBe('night-watch-3');
    expect(idFor('夜班', [])).toBe('role');
  });
});
