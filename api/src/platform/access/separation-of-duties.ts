import { manifests } from '../../modules/manifests.ts';
import type { Bilingual } from '../manifest.ts';
import { mergeGrants, type Permission, type Scope, scopes } from './permissions.ts';

/** A duty: a permission, from a scope on. */
interface Duty {
  permission: Permission;
  from: Scope;
}

/** Two duties that one person should not hold, and why. */
export interface DutyConflict {
  id: string;
  duties: readonly [Duty, Duty];
  why: Bilingual;
}

/**
 * The separation of duties (SEC-24), as declared by the modules. A permission for own records only
 * is no power over others, hence the scope from which a duty counts.
 */
export const dutyConflicts: readonly DutyConflict[] = manifests.flatMap((one) =>
  (one.dutyConflicts ?? []).map(({ id, duties: [first, second], from = 'own', why }) => ({
    id,
    duties: [
      { permission: first as Permission, from },
      { permission: second as Permission, from },
    ] as const,
    why,
  })),
);

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
 * Duties of an account that would bypass the separation of duties if the account were taken over:
 * those separated from creating accounts, and creating accounts and granting rights themselves,
 * since a second administrator would be the second person for approvals.
 */
const guarded: ReadonlySet<Permission> = new Set<Permission>([
  'user:manage',
  'role:manage',
  ...dutyConflicts
    .filter(({ duties }) => duties.some(({ permission }) => permission === 'user:manage'))
    .flatMap(({ duties }) => duties.map(({ permission }) => permission)),
]);

/** The guarded duties among the grants, by name. Granting them takes two people. */
export const guardedDuties = (grants: readonly string[]): Permission[] => guardedBeyond(grants, []);

/** The guarded duties that the grants add or widen. */
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
