import { session } from './session.svelte.ts';

/** What a part of the page asks for: `hazard:read`. How far it reaches is the API's to say. */
export type Permission = `${string}:${string}`;

/** Whether the signed-in person has the permission, so that nobody is shown what they may not do. */
export function can(permission: Permission): boolean {
  return session.user?.permissions?.includes(permission) ?? false;
}

/** Whether a module is switched on for the tenant; where the API does not say, it is. */
export function isOn(feature: string): boolean {
  return session.user?.features?.includes(feature) ?? true;
}
