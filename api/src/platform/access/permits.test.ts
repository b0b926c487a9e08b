import { describe, expect, it } from 'vitest';
import { mergeGrants, type Permission, permissions, scopesOf } from './permissions.ts';
import { permits } from './permits.ts';
import { seedRoles } from './seed-roles.ts';

const all = Object.keys(permissions) as Permission[];

describe('[SEC-11] [SEC-12] role x permission', () => {
  it.each(seedRoles.map((role) => [role.id, role] as const))('%s', (_id, role) => {
    const named = new Set(role.permissions.map((grant) => grant.split('@')[0]));
    const held = mergeGrants(role.permissions);
    const permitted = all.filter((permission) => permits(held, permission));
    expect(permitted).toEqual(all.filter((permission) => named.has(permission)));
    expect(permits(held, 'self')).toBe(true);
  });

  it('no permission implies another', () => {
    for (const permission of all) {
      const others = all.filter((one) => one !== permission).map((one) => `${one}@all` as const);
      expect([permission, permits(mergeGrants(others), permission)]).toEqual([permission, false]);
      expect(permits(mergeGrants([`${permission}@all`]), permission)).toBe(true);
    }
  });

  it('an invalid scope grants nothing', () => {
    for (const permission of all) {
      for (const scope of ['own', 'department', 'site', 'all'] as const) {
        const held = mergeGrants([`${permission}@${scope}`]);
        const possible = scopesOf(permission).includes(scope);
        expect([permission, scope, permits(held, permission)]).toEqual([
          permission,
          scope,
          possible,
        ]);
      }
    }
  });
});
