import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../access/account.ts';
import type { Permission } from '../access/permissions.ts';
import { type Reach, reachOf } from '../access/scope.ts';

/** The user, for a reach restricted to own rows. */
export type Self = Pick<Extract<Reach, { scope: 'own' }>, 'user' | 'person'>;

/** The scope columns of a row, as SQL. One that is left out matches no row. */
export interface ReachColumns {
  /** The column of its site, such as `s.site`. */
  site?: Prisma.Sql;
  /** The column of its department. */
  department?: Prisma.Sql;
  /** The condition that it is the account's own, such as `s.created_by = ${user}`. */
  own?: (self: Self) => Prisma.Sql;
}

/**
 * The rows within a permission's reach, as a condition: all, those of the account's site or
 * departments, or its own, which are within every reach. `isWithin` is the same for one record
 * already read.
 *
 * @throws Problem `auth.forbidden` where the account does not have the permission.
 */
export function reachSql(
  account: Account,
  permission: Permission,
  { site, department, own }: ReachColumns,
): Prisma.Sql {
  const reach = reachOf(account, permission);
  if (reach.scope === 'all') return Prisma.sql`TRUE`;
  const either: Prisma.Sql[] = [];
  if (reach.scope === 'site' && site) either.push(Prisma.sql`${site} = ${reach.site}`);
  if (reach.scope === 'department' && department) {
    either.push(Prisma.sql`${department} = ANY(${[...reach.departments]})`);
  }
  if (own) either.push(own({ user: account.id, person: account.person }));
  return either.length === 0 ? Prisma.sql`FALSE` : Prisma.sql`(${Prisma.join(either, ' OR ')})`;
}

/** The same for an account that may lack the permission: no rows then. */
export const reachSqlIfPermitted = (
  account: Account,
  permission: Permission,
  columns: ReachColumns,
): Prisma.Sql =>
  account.permissions.has(permission) ? reachSql(account, permission, columns) : Prisma.sql`FALSE`;

/** The query builder's condition for each reach narrower than all. */
export interface ReachWhere<Where> {
  site(site: string): Where;
  department(departments: string[]): Where;
  own(self: Self): Where;
}

/** The rows of a reach as a condition of the query builder. */
export function reachWhere<Where extends object>(reach: Reach, on: ReachWhere<Where>): Where {
  switch (reach.scope) {
    case 'all':
      return {} as Where;
    case 'site':
      return on.site(reach.site);
    case 'department':
      return on.department([...reach.departments]);
    case 'own':
      return on.own(reach);
  }
}
