import type { Permission, Scope } from './permissions.ts';

/**
 * Whether an account may use a route: the guard's whole permission check. The scope then restricts
 * the rows, in the service.
 *
 * @param held the permissions of the account.
 * @param asked the permission of the route; `self` for any signed-in user.
 */
export const permits = (
  held: ReadonlyMap<Permission, Scope>,
  asked: Permission | 'self',
): boolean => asked === 'self' || held.has(asked);
