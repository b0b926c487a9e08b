import { session } from './session.svelte.ts';

/** A required permission: `hazard:read`. The API checks its scope. */
export type Permission = `${string}:${string}`;

/** Whether the signed-in user has the permission, to hide unavailable actions. */
export function can(permission: Permission): boolean {
  return session.user?.permissions?.includes(permission) ?? false;
}

/** Whether a feature is on for the tenant; true where unknown. */
export function isOn(feature: string): boolean {
  return session.user?.features?.includes(feature) ?? true;
}
