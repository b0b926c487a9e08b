import { mergeGrants, type Permission, type Scope, scopes } from './permissions.ts';

/** A duty: a permission, from a width on. */
interface Duty {
  permission: Permission;
  from: Scope;
}

/** Two duties that no one person should hold, and why. */
export interface DutyConflict {
  id: string;
  duties: readonly [Duty, Duty];
  why: { zh: string; en: string };
}

const conflict = (
  id: string,
  first: Permission,
  second: Permission,
  zh: string,
  en: string,
  from: Scope = 'own',
): DutyConflict => ({
  id,
  duties: [
    { permission: first, from },
    { permission: second, from },
  ],
  why: { zh, en },
});

/**
 * What is kept apart so that no right is abused and none piles up in one hand (SEC-24). What one
 * does with one's own records only is no power over others, hence the width.
 */
export const dutyConflicts: readonly DutyConflict[] = [
  conflict(
    'rectify-accept',
    'hazard:rectify',
    'hazard:accept',
    '整改与验收必须由不同的人负责',
    'Whoever rectifies hazards of others would accept their own work.',
    'department',
  ),
  conflict(
    'keys-reveal',
    'key:manage',
    'person:reveal',
    '密钥保管与敏感信息查看不得由同一人承担',
    'Whoever keeps the keys would open what they protect.',
  ),
  conflict(
    'accounts-keys',
    'user:manage',
    'key:manage',
    '账号管理与密钥保管不得由同一人承担',
    'Whoever makes accounts would hold the keys too.',
  ),
  conflict(
    'roles-keys',
    'role:manage',
    'key:manage',
    '角色授权与密钥保管不得由同一人承担',
    'Whoever gives rights would hold the keys too.',
  ),
  conflict(
    'roles-reveal',
    'role:manage',
    'person:reveal',
    '角色授权与敏感信息查看不得由同一人承担',
    'Whoever gives rights would use the most sensitive of them.',
  ),
  conflict(
    'roles-accept',
    'role:manage',
    'hazard:accept',
    '角色授权与隐患验收不得由同一人承担',
    'Whoever gives rights would close hazards too.',
  ),
  conflict(
    'roles-review',
    'role:manage',
    'access-review:manage',
    '角色授权与权限复核不得由同一人承担',
    'Whoever gives rights would review what they gave.',
  ),
  conflict(
    'accounts-reveal',
    'user:manage',
    'person:reveal',
    '账号管理与敏感信息查看不得由同一人承担',
    'Whoever makes accounts would open sensitive fields under any of them.',
  ),
  conflict(
    'accounts-review',
    'user:manage',
    'access-review:manage',
    '账号管理与权限复核不得由同一人承担',
    'Whoever makes accounts would review them.',
  ),
  conflict(
    'accounts-audit',
    'user:manage',
    'audit:read',
    '账号管理与审计不得由同一人承担',
    'Whoever makes accounts would audit their own doing.',
  ),
  conflict(
    'roles-audit',
    'role:manage',
    'audit:read',
    '角色授权与审计不得由同一人承担',
    'Whoever gives rights would audit their own doing.',
  ),
];

/** The conflicts within the union of the grants. */
export function conflictsOf(grants: readonly string[]): DutyConflict[] {
  const held = mergeGrants(grants);
  const holds = ({ permission, from }: Duty) => {
    const scope = held.get(permission);
    return scope !== undefined && scopes.indexOf(scope) >= scopes.indexOf(from);
  };
  return dutyConflicts.filter(({ duties }) => duties.every(holds));
}

/**
 * What an account may hold that makes a way into it a way around the separation of duties: what is
 * kept apart from making accounts, and making accounts and giving rights themselves, since whoever
 * makes a second administrator would be their own second person.
 */
const guarded: ReadonlySet<Permission> = new Set<Permission>([
  'user:manage',
  'role:manage',
  ...dutyConflicts
    .filter(({ duties }) => duties.some(({ permission }) => permission === 'user:manage'))
    .flatMap(({ duties }) => duties.map(({ permission }) => permission)),
]);

/** The guarded duties among the grants, by name. Handing them out takes two people. */
export const guardedDuties = (grants: readonly string[]): Permission[] => guardedBeyond(grants, []);

/** The guarded duties that the grants give, or give wider, beyond what is held already. */
export function guardedBeyond(grants: readonly string[], held: readonly string[]): Permission[] {
  const had = mergeGrants(held);
  const width = (scope: Scope | undefined) => (scope === undefined ? -1 : scopes.indexOf(scope));
  return [...mergeGrants(grants)]
    .filter(
      ([permission, scope]) => guarded.has(permission) && width(scope) > width(had.get(permission)),
    )
    .map(([permission]) => permission)
    .sort();
}
