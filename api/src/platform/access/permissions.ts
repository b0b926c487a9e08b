import { type DeclaredManifest, manifests } from '../../modules/manifests.ts';
import { type PermissionEntry, type Scope, scopes } from '../manifest.ts';

export { type Scope, scopes };

type PermissionsOf<Manifest> = Manifest extends { permissions: infer Entries }
  ? keyof Entries & string
  : never;
/** A permission, as resource:action. Every route requires one of these. */
export type Permission = PermissionsOf<DeclaredManifest>;

/** The permissions of all modules, with their descriptions for administrators. */
export const permissions = Object.fromEntries(
  manifests.flatMap((one) => Object.entries(one.permissions ?? {})),
) as Record<Permission, PermissionEntry>;

/**
 * The scopes with which a permission can be granted: only `all` where its records are not divided.
 */
export const scopesOf = (permission: Permission): readonly Scope[] =>
  permissions[permission].undivided ? ['all'] : scopes;

/** A permission with its scope, as stored in a role: `hazard:read@department`. */
export type Grant = `${Permission}@${Scope}`;

/** @returns null for an unknown permission or scope. */
export function readGrant(grant: string): { permission: Permission; scope: Scope } | null {
  const [permission, scope] = grant.split('@');
  if (permission === undefined || !(permission in permissions)) return null;
  if (!scopesOf(permission as Permission).includes(scope as Scope)) return null;
  return { permission: permission as Permission, scope: scope as Scope };
}

/** The widest scope of each permission over all roles. */
export function mergeGrants(grants: readonly string[]): Map<Permission, Scope> {
  const merged = new Map<Permission, Scope>();
  for (const grant of grants) {
    const read = readGrant(grant);
    if (!read) continue;
    const before = merged.get(read.permission);
    if (before === undefined || scopes.indexOf(read.scope) > scopes.indexOf(before)) {
      merged.set(read.permission, read.scope);
    }
  }
  return merged;
}
