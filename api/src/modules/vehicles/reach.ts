import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Permission } from '../../platform/access/permissions.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { reachSql } from '../../platform/kit/reach.ts';

/** Joins the vehicle `v` of a row, its department `vd`, the area `a`, and the driver `s` of department `sd`. */
export const rowJoins = (row: Prisma.Sql): Prisma.Sql => Prisma.sql`
  LEFT JOIN vehicle v ON v.id = ${row}.vehicle_id LEFT JOIN department vd ON vd.id = v.department_id
  LEFT JOIN area a ON a.id = ${row}.area_id
  LEFT JOIN person s ON s.id = ${row}.driver_id LEFT JOIN department sd ON sd.id = s.department_id`;

/** The vehicles `v`, of department `vd`, within reach. */
export const vehicleReach = (account: Account, permission: Permission): Prisma.Sql =>
  reachSql(account, permission, {
    site: Prisma.sql`vd.site`,
    department: Prisma.sql`v.department_id`,
  });

/** Rows of vehicles within reach, and of places `a` within reach. */
export const rowReach = (account: Account, permission: Permission): Prisma.Sql => Prisma.sql`(
  ${vehicleReach(account, permission)} OR ${reachSql(account, permission, {
    site: Prisma.sql`a.site`,
    department: Prisma.sql`a.department_id`,
  })})`;

/**
 * Whether the account reads the name of the driver: who is in charge of the vehicle, and of the person. Who is in charge
 * of the place alone reads what happened without it.
 */
export const seesDriver = (account: Account): Prisma.Sql => Prisma.sql`coalesce(
  ${vehicleReach(account, 'vehicle:read')} OR ${reachSql(account, 'vehicle:read', {
    site: Prisma.sql`sd.site`,
    department: Prisma.sql`s.department_id`,
    own: ({ person }) => Prisma.sql`s.id = ${person}`,
  })}, FALSE)`;

/** How many vehicles within reach are on the site now. */
export async function countOnSite(tx: Transaction, account: Account): Promise<number> {
  const [row] = await sqlIn(tx)<{ n: number }>(Prisma.sql`
    SELECT count(*)::int AS n FROM vehicle v LEFT JOIN department vd ON vd.id = v.department_id
    WHERE v.on_site AND v.status <> 'retired' AND ${vehicleReach(account, 'vehicle:read')}`);
  return row?.n ?? 0;
}
