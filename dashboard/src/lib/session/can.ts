import { session } from './session.svelte.ts';

/** What a part of the page asks for: `hazard:read`. How far it reaches is the API's to say. */
export type Permission = `${string}:${string}`;

/** The part of the signed-in user that decides what the app shows. */
interface Rights {
  permissions?: readonly string[];
  features?: readonly string[];
}
const rights = (): Rights => (session.user as Rights | null) ?? {};

/** Whether the signed-in person has the permission, so that nobody is shown what they may not do. */
export function can(permission: Permission): boolean {
  return rights().permissions?.includes(permission) ?? false;
}

/** Whether a module is switched on for the tenant; where the API does not say, it is. */
export function isOn(feature: string): boolean {
  return rights().features?.includes(feature) ?? true;
}
