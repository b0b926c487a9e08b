import { expect, it } from 'vitest';
import { seedRoles } from '../../api/src/platform/access/seed-roles.ts';
import { roleShortcuts } from '../../dashboard/src/lib/features/home/role-shortcuts.ts';

it('[UX-01] each role that a company starts with has shortcuts of its own', () => {
  expect(Object.keys(roleShortcuts).sort()).toEqual(seedRoles.map(({ id }) => id).sort());
});
