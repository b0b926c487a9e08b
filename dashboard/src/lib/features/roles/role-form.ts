import type { DutyConflict } from '$lib/features/accounts/accounts-api.ts';

export const scopes = ['own', 'department', 'site', 'all'] as const;
export type Scope = (typeof scopes)[number];

/** A role's grants, by permission. */
export type Grants = Record<string, Scope>;

/** Parses `hazard:read@department`; of two for one permission the wider counts. */
export function readGrants(list: readonly string[]): Grants {
  const grants: Grants = {};
  for (const grant of list) {
    const [permission = '', scope] = grant.split('@');
    const found = scopes.find((one) => one === scope);
    if (!found) continue;
    const before = grants[permission];
    if (!before || scopes.indexOf(found) > scopes.indexOf(before)) grants[permission] = found;
  }
  return grants;
}

export const writeGrants = (grants: Grants): string[] =>
  Object.entries(grants).map(([permission, scope]) => `${permission}@${scope}`);

/** The permissions grouped by resource, in API order. */
export function groupPermissions<Item extends { id: string }>(items: readonly Item[]) {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const [about = ''] = item.id.split(':');
    groups.set(about, [...(groups.get(about) ?? []), item]);
  }
  return [...groups].map(([id, permissions]) => ({ id, permissions }));
}

/** Duties that the role alone would combine. */
export function conflictsOf(grants: Grants, conflicts: readonly DutyConflict[]): DutyConflict[] {
  return conflicts.filter(({ permissions, from }) =>
    permissions.every((permission, at) => {
      const scope = grants[permission];
      const least = scopes.indexOf((from[at] ?? 'own') as Scope);
      return scope !== undefined && scopes.indexOf(scope) >= least;
    }),
  );
}

/** An id for a new role from its English name: "Night watch" is `night-watch`. */
export function idFor(name: string, taken: readonly string[]): string {
  const base =
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^[^a-z]+|-+$/g, '')
      .slice(0, 40) || 'role';
  let id = base;
  for (let n = 2; taken.includes(id); n++) id = `${base}-${n}`;
  return id;
}
