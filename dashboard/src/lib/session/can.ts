import { session } from './session.svelte.ts';

/**
 * A required permission: `hazard:read`. The API checks its scope. With a scope, `violation:read@site`, it
 * is held where it reaches at least so far: for pages that make no sense for less.
 */
export type Permission = `${string}:${string}`;

/** From the narrowest. */
const scopes = ['own', 'department', 'site', 'all'];

/** Whether the signed-in user has the permission, to hide unavailable actions. */
export function can(permission: Permission): boolean {
  const [name = '', least] = permission.split('@');
  if (!session.user?.permissions?.includes(name)) return false;
  if (least === undefined) return true;
  const held = session.user.scopes?.[name] ?? 'all';
  return scopes.indexOf(held) >= scopes.indexOf(least);
}

/** Whether a feature is on for the tenant; true where unknown. */
export function isOn(feature: string): boolean {
  return session.user?.features?.includes(feature) ?? true;
}
