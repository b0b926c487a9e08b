import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Permission } from '../../platform/access/permissions.ts';
import { reachSql } from '../../platform/kit/reach.ts';

/** Joins the area `a` of a row with `area_id`, and its department `td`. */
export const placeJoins = (row: Prisma.Sql): Prisma.Sql => Prisma.sql`
  LEFT JOIN area a ON a.id = ${row}.area_id LEFT JOIN department td ON td.id = a.department_id`;

/** The places within reach. */
export const placeReach = (account: Account, permission: Permission): Prisma.Sql =>
  reachSql(account, permission, {
    site: Prisma.sql`a.site`,
    department: Prisma.sql`a.department_id`,
  });

/** The people `s`, of department `sd`, within reach: who sees them reads the name. */
export const personReach = (account: Account, permission: Permission): Prisma.Sql =>
  reachSql(account, permission, {
    site: Prisma.sql`sd.site`,
    department: Prisma.sql`s.department_id`,
    own: ({ person }) => Prisma.sql`e.person_id = ${person}`,
  });
