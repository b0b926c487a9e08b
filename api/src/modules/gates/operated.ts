import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { isOneOfSql, type Query, queryOf } from '../../platform/db/readings.ts';
import { endOf, LONGEST, ranSeconds, ranUntil } from './ran.ts';

/** The machines that a person operated at an instant. */
export async function operatedAt(tx: Transaction, person: string, at: Date): Promise<string[]> {
  const rows = await sqlIn(tx)<{ machine: string }>(Prisma.sql`
    SELECT DISTINCT s.machine FROM gate_session s
    WHERE s.person_id = ${person} AND s.from_at <= ${at} AND ${endOf(Prisma.sql`s`)} >= ${at} ORDER BY 1`);
  return rows.map(({ machine }) => machine);
}

/** Who operated which machine, how long in all, and on which day last. */
export interface Operated {
  person: string;
  machine: string;
  /** How often. */
  sessions: number;
  hours: number;
  /** The last day, by the calendar of the plant. */
  on: string;
}

/**
 * The history of operation up to an instant: of each person and machine the hours of all sessions, and the last day. The
 * hours are those in which the machine said that it runs, at most twelve of a session. Sessions of before reports were
 * counted have the time to their end, or to the last report.
 *
 * @param timeZone of the plant.
 */
export const operatedBy = (
  tx: Transaction,
  people: readonly string[],
  at: Date,
  timeZone: string,
): Promise<Operated[]> => sqlIn(tx)<Operated>(operatedByQuery(people, at, timeZone).sql);

/** The query of {@link operatedBy}, to be read with others. */
export function operatedByQuery(
  people: readonly string[],
  at: Date,
  timeZone: string,
): Query<Operated> {
  const o = Prisma.sql`o`;
  return queryOf(Prisma.sql`
    SELECT person_id AS person, machine, count(*)::int AS sessions, (sum(seconds) / 3600)::float8 AS hours,
      to_char(max(counted_to) AT TIME ZONE ${timeZone}, 'YYYY-MM-DD') AS on
    FROM (
      SELECT o.person_id, o.machine, c.counted_to, ${ranSeconds(o, Prisma.sql`c.counted_to`)} AS seconds
      FROM gate_session o LEFT JOIN machine_state m ON m.machine = o.machine
      CROSS JOIN LATERAL (SELECT least(coalesce(${ranUntil(o)}, greatest(m.at, o.from_at)), o.from_at + ${LONGEST},
        ${at}::timestamptz) AS counted_to) c
      WHERE ${isOneOfSql(Prisma.sql`o.person_id`, people)} AND o.from_at < ${at}) s
    GROUP BY person_id, machine ORDER BY person_id, machine`);
}
