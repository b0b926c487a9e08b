import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { LONGEST_MS } from './derive.ts';

/** People of a kind who clocked in and not out, each with the last event of the stay, of 16 hours at most. */
export const clockedIn = (
  tx: Transaction,
  kind: string,
  now: Date,
): Promise<{ person: string; since: Date }[]> =>
  sqlIn(tx)<{ person: string; since: Date }>(Prisma.sql`
    SELECT ad.person_id AS person, max(ad.open_since) AS since FROM attendance_day ad
    JOIN person p ON p.tenant_id = ad.tenant_id AND p.id = ad.person_id
    WHERE p.kind = ${kind} AND p.status = 'active' AND ad.open_since > ${new Date(now.getTime() - LONGEST_MS)}
      AND ad.open_since <= ${now}
    GROUP BY ad.person_id`);

/** When people clocked out last, of a time until now. */
export async function clockedOut(
  tx: Transaction,
  people: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, Date>> {
  const rows = await tx.clockEvent.groupBy({
    by: ['personId'],
    where: {
      personId: { in: [...people] },
      direction: 'out',
      at: { gt: new Date(now.getTime() - LONGEST_MS), lte: now },
    },
    _max: { at: true },
  });
  return new Map(rows.flatMap(({ personId, _max }) => (_max.at ? [[personId, _max.at]] : [])));
}

/** SQL: the people whose last clock event of 16 hours until an instant is a clock-out: `person`, `at`. */
export const outOf = (now: Date): Prisma.Sql => Prisma.sql`
  SELECT l.person, l.at FROM (
    SELECT DISTINCT ON (c.person_id) c.person_id AS person, c.at, c.direction FROM clock_event c
    WHERE c.at > ${new Date(now.getTime() - LONGEST_MS)} AND c.at <= ${now}
    ORDER BY c.person_id, c.at DESC, c.id DESC) l
  WHERE l.direction = 'out'`;

/** SQL: the same of no person. */
export const noneOut = Prisma.sql`SELECT NULL::text AS person, NULL::timestamptz AS at WHERE FALSE`;
