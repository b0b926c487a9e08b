import { expect, it } from 'vitest';
import { seedRoles } from '../../platform/access/seed-roles.ts';
import { manifests } from '../manifests.ts';
import { demoAccounts } from './demo.ts';

it('every role that a company starts with has an account in the demonstration', () => {
  const held = new Set<string>(demoAccounts.map(([, , , role]) => role));
  expect(seedRoles.map(({ id }) => id).filter((id) => !held.has(id))).toEqual([]);
});

it('[HAZ-04] every page can be opened by an account of the demonstration', () => {
  const held = new Set<string>(demoAccounts.map(([, , , role]) => role));
  const granted = new Set(
    seedRoles
      .filter(({ id }) => held.has(id))
      .flatMap(({ permissions }) => permissions.map((one) => one.split('@')[0])),
  );
  const permissions = manifests.flatMap((one) => Object.keys(one.permissions ?? {}));
  expect(permissions).toContain('hazard:manage');
  expect(permissions.filter((one) => !granted.has(one))).toEqual([]);
});
