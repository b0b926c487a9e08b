import type { Grant, Permission, Scope } from './permissions.ts';

export interface SeedRole {
  id: string;
  name: { zh: string; en: string };
  permissions: Grant[];
}

const at = (scope: Scope, ...list: Permission[]): Grant[] =>
  list.map((permission): Grant => `${permission}@${scope}`);

const watching = at(
  'all',
  'violation:read',
  'violation:review',
  'camera:read',
  'live:watch',
  'location:read',
  'machine:read',
  'system:read',
);

/** The roles that a new tenant starts with. Afterwards they are the tenant's own data. */
export const seedRoles: SeedRole[] = [
  { id: 'operator', name: { zh: '监控值班员', en: 'Operator' }, permissions: watching },
  { id: 'safety-officer', name: { zh: '安全员', en: 'Safety officer' }, permissions: watching },
  { id: 'admin', name: { zh: '管理员', en: 'Administrator' }, permissions: watching },
];
