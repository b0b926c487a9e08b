import { describe, expect, it } from 'vitest';
import { mergeGrants } from './permissions.ts';
import { seedRoles } from './seed-roles.ts';
import { conflictsOf, guardedDuties } from './separation-of-duties.ts';

const holding = (permission: Parameters<Map<string, unknown>['has']>[0]) =>
  seedRoles.filter((role) =>
    (mergeGrants(role.permissions) as Map<string, unknown>).has(permission),
  );

describe('the roles that a company starts with', () => {
  it('whoever may report a hazard may see the places that it is at', () => {
    const reporters = holding('hazard:report');
    expect(reporters.length).toBeGreaterThan(10);
    const blind = reporters.filter((role) => !mergeGrants(role.permissions).has('registry:read'));
    expect(blind.map(({ id }) => id)).toEqual([]);
  });

  it('[SEC-24] none joins duties that are kept apart, and those that watch over administrators are guarded', () => {
    for (const role of seedRoles)
      expect([role.id, conflictsOf(role.permissions)]).toEqual([role.id, []]);
    const guarded = seedRoles.filter((role) => guardedDuties(role.permissions).length > 0);
    expect(guarded.map(({ id }) => id).sort()).toEqual([
      'admin',
      'auditor',
      'key-custodian',
      'manager',
      'safety-head',
    ]);
  });
});
