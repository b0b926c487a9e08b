import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeGrants, permissions, scopes } from './permissions.ts';
import { seedHash, seedRoles } from './seed-roles.ts';
import { conflictsOf, dutyConflicts } from './separation-of-duties.ts';

const ids = (grants: string[]) => conflictsOf(grants).map(({ id }) => id);

describe('[SEC-24] separated duties', () => {
  it('are reported where one account would hold both, over any roles', () => {
    expect(ids(['key:manage@all', 'person:reveal@all'])).toEqual(['keys-reveal']);
    expect(ids(['hazard:rectify@all', 'hazard:accept@all'])).toEqual(['rectify-accept']);
    expect(ids(['supplier:limit@all', 'supplier:release@all'])).toEqual(['supplier-limit-release']);
    // Assigning work to oneself is no power over others.
    expect(ids(['hazard:rectify@own', 'hazard:accept@all'])).toEqual([]);
    expect(ids(['user:manage@all', 'role:manage@all', 'key:manage@all'])).toEqual([
      'accounts-keys',
      'roles-keys',
    ]);
  });

  it('are combined in no seed role', () => {
    for (const { id, permissions: grants } of seedRoles)
      expect([id, ids(grants)]).toEqual([id, []]);
  });

  it('still conflict when more is granted', () => {
    const grant = fc
      .tuple(fc.constantFrom(...Object.keys(permissions)), fc.constantFrom(...scopes))
      .map(([permission, scope]) => `${permission}@${scope}`);
    fc.assert(
      fc.property(fc.array(grant), fc.array(grant), (some, more) => {
        const before = ids(some);
        const after = new Set(ids([...some, ...more]));
        expect(before.filter((id) => !after.has(id))).toEqual([]);
      }),
    );
    expect(new Set(dutyConflicts.map(({ id }) => id)).size).toBe(dutyConflicts.length);
  });
});

describe('the seed roles', () => {
  it('[SEC-25] name every post of the plant once, in both languages', () => {
    const names = new Set(seedRoles.map(({ id }) => id));
    expect(names.size).toBe(seedRoles.length);
    for (const id of [
      'maintainer',
      'safety-officer',
      'team-leader',
      'inspector',
      'trainer',
      'help-desk',
      'vendor-support',
    ]) {
      expect(names).toContain(id);
    }
    for (const { name } of seedRoles) expect(name.zh && name.en).toBeTruthy();
  });

  it('[SEC-11] grant only what is declared: the supplier sees the system state only', () => {
    const of = (id: string) => seedRoles.find((role) => role.id === id)?.permissions;
    expect(of('vendor-support')).toEqual(['system:read@all']);
    expect([...(of('worker') ?? [])].sort()).toEqual([
      'assignment:read@own',
      'hazard:read@own',
      'hazard:rectify@own',
      'hazard:report@own',
      'location:read@own',
      'match:read@own',
      'obligation:read@own',
      'own-obligation:record@own',
      'registry:read@department',
      'violation:read@own',
      'visit:announce@own',
      'visit:read@own',
    ]);
    expect(of('manager')).not.toContain('hazard:identify@all');
  });

  it('[HAZ-02] let every employee report and follow a hazard', () => {
    for (const { id, permissions: grants } of seedRoles) {
      const held = mergeGrants(grants);
      const both = held.has('hazard:report') && held.has('hazard:read');
      expect([id, both]).toEqual([id, id !== 'vendor-support']);
    }
  });

  it('are compared by content, not by order', () => {
    const role = seedRoles[0]!;
    const turned = { ...role, permissions: [...role.permissions].reverse() };
    expect(seedHash(turned)).toBe(seedHash(role));
    expect(seedHash({ ...role, permissions: [] })).not.toBe(seedHash(role));
  });
});
