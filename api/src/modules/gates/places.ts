import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { HeldPlace } from '../../platform/access/holders.ts';
import type { Permission } from '../../platform/access/permissions.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { DecisionKind } from './words.ts';

/** Joins the machine or area of a row `d` with kind and target: `e`, `a`, and the department `td` that it belongs to. */
export const targetJoins = Prisma.sql`
  LEFT JOIN equipment e ON d.kind = 'start' AND e.id = d.target
  LEFT JOIN area a ON a.id = CASE WHEN d.kind = 'start' THEN e.area_id ELSE d.target END
  LEFT JOIN department td ON td.id = coalesce(e.department_id, a.department_id)`;
export const targetName = Prisma.sql`CASE WHEN d.kind = 'start' THEN e.name ELSE a.name END`;

/**
 * The rows within reach: those of the place's department or site, and those of the person's. Who is responsible for the
 * machine has to know who stands there.
 */
export const gateReach = (account: Account, permission: Permission): Prisma.Sql => Prisma.sql`(
  ${placeReach(account, permission)} OR ${reachSql(account, permission, {
    site: Prisma.sql`sd.site`,
    department: Prisma.sql`s.department_id`,
    own: ({ person }) => Prisma.sql`d.person_id = ${person}`,
  })})`;

/** The rows of places within reach: who is in charge of the person decides nothing at the machine of another one. */
export const placeReach = (account: Account, permission: Permission): Prisma.Sql =>
  reachSql(account, permission, {
    site: Prisma.sql`coalesce(a.site, td.site)`,
    department: Prisma.sql`td.id`,
  });

export interface Place extends HeldPlace {
  name: Bilingual | null;
}

/** Where a machine or area lies, for those who are notified. */
export async function placeOf(tx: Transaction, kind: DecisionKind, target: string): Promise<Place> {
  const [found] = await sqlIn(tx)<Place>(Prisma.sql`
    SELECT td.id AS department, coalesce(a.site, td.site) AS site, ${targetName} AS name
    FROM (SELECT ${kind}::text AS kind, ${target}::text AS target) d ${targetJoins}`);
  return found ?? { department: null, site: null, name: null };
}
