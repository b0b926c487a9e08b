import type { Permission, Scope } from './permissions.ts';

/**
 * Whether an account may use a route: the guard's whole decision about permissions. How far the
 * permission reaches narrows the rows, which is the service's part.
 *
 * @param held the permissions of the account.
 * @param asked the permission of the route; `self` for what any signed-in user has.
 */
export const permits = (
  held: ReadonlyMap<Permission, Scope>,
  asked: Permission | 'self',
): boolean => asked === 'self' || held.has(asked);
