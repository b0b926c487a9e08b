import { describe, expect, it } from 'vitest';
import { mergeGrants } from './permissions.ts';
import { seedRoles } from './seed-roles.ts';
import { conflictsOf, guardedDuties } from './separation-of-duties.ts';

const holding = (permission: Parameters<Map<string, unknown>['has']>[0]) =>
  seedRoles.filter((role) =>
    (mergeGrants(role.permissions) as Map<string, unknown>).has(permission),
  );

describe('the seed roles', () => {
  it('every role that may report a hazard may read the areas', () => {
    const reporters = holding('hazard:report');
    expect(reporters.length).toBeGreaterThan(10);
    const blind = reporters.filter((role) => !mergeGrants(role.permissions).has('registry:read'));
    expect(blind.map(({ id }) => id)).toEqual([]);
  });

  it('[SEC-24] no role combines separated duties, and those that supervise administrators are guarded', () => {
    for (const role of seedRoles)
      expect([role.id, conflictsOf(role.permissions)]).toEqual([role.id, []]);
    const guarded = seedRoles.filter((role) => guardedDuties(role.permissions).length > 0);
    expect(guarded.map(({ id }) => id).sort()).toEqual([
      'admin',
      'auditor',
      'key-custodian',
      'manager',
      'safety-head',
      'safety-officer',
    ]);
  });
});

describe('[SEC-13] [SEC-15] [SEC-16] [SEC-17] permissions of the plant’s roles', () => {
  const of = (id: string) =>
    mergeGrants(seedRoles.find((role) => role.id === id)?.permissions ?? []);

  it('[SEC-13] a worker reports and sees own records only', () => {
    const worker = of('worker');
    for (const [permission, scope] of worker) {
      expect([permission, scope]).toEqual([
        permission,
        permission === 'registry:read' ? 'department' : 'own',
      ]);
    }
    for (const permission of [
      'person:read',
      'violation:review',
      'camera:read',
      'live:watch',
      'audit:read',
    ] as const) {
      expect(worker.has(permission)).toBe(false);
    }
  });

  it('[SEC-14] a head and a shift leader see the acts, cameras and positions of their department', () => {
    for (const id of ['head', 'team-leader']) {
      for (const permission of ['violation:read', 'camera:read', 'location:read'] as const) {
        expect([id, permission, of(id).get(permission)]).toEqual([id, permission, 'department']);
      }
      // They neither review violations nor watch live video of their people.
      for (const permission of ['violation:review', 'live:watch'] as const) {
        expect([id, of(id).has(permission)]).toEqual([id, false]);
      }
    }
    for (const id of ['safety-officer', 'safety-head', 'operator']) {
      for (const permission of ['violation:review', 'live:watch', 'location:read'] as const) {
        expect([id, permission, of(id).get(permission)]).toEqual([id, permission, 'all']);
      }
    }
  });

  it('[SEC-15] management sees the whole company, and neither reporters nor secrets', () => {
    const manager = of('manager');
    expect(manager.get('hazard:read')).toBe('all');
    expect(manager.get('statistics:read')).toBe('all');
    for (const permission of ['hazard:identify', 'person:reveal', 'key:manage'] as const) {
      expect(manager.has(permission)).toBe(false);
    }
  });

  it('[SEC-16] the safety department has full access to hazards and the final decision', () => {
    for (const id of ['safety-officer', 'safety-head']) {
      const safety = of(id);
      for (const permission of [
        'hazard:read',
        'hazard:identify',
        'hazard:review',
        'hazard:accept',
      ] as const) {
        expect([id, permission, safety.get(permission)]).toEqual([id, permission, 'all']);
      }
    }
  });

  it('[SEC-17] [CHM-32] four departments have different rights, safety the widest', () => {
    const departments = ['purchasing', 'warehouse', 'production', 'environment'];
    const rights = departments.map((id) =>
      [...of(id)].map(([permission, scope]) => `${permission}@${scope}`).sort(),
    );
    // No two are the same role under two names.
    expect(new Set(rights.map((list) => list.join())).size).toBe(departments.length);
    for (const id of departments) {
      expect([id, of(id).get('hazard:read')]).toEqual([id, 'department']);
      const isOfOthers = /^(person|user|role|audit|key|privacy|violation|location|model):/;
      expect([id, [...of(id).keys()].filter((one) => isOfOthers.test(one))]).toEqual([id, []]);
      // Nothing company-wide but suppliers, which belong to no department.
      const wide = [...of(id)].filter(([one, scope]) => scope === 'all' && !/^supplier:/.test(one));
      expect([id, wide]).toEqual([id, []]);
    }
    expect(of('safety-head').get('hazard:read')).toBe('all');
  });

  it('[SEC-24] the administrator holds no keys, opens no sealed data and closes no hazard', () => {
    const admin = of('admin');
    for (const permission of [
      'key:manage',
      'person:reveal',
      'hazard:accept',
      'audit:read',
    ] as const) {
      expect(admin.has(permission)).toBe(false);
    }
  });
});
