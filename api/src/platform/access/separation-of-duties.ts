import { manifests } from '../../modules/manifests.ts';
import type { Bilingual } from '../manifest.ts';
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
  why: Bilingual;
}

/**
 * What is kept apart so that no right is abused and none piles up in one hand (SEC-24), as the
 * modules declare it. What one does with one's own records only is no power over others, hence the
 * scope from which a duty counts.
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
