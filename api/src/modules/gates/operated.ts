import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';

/** Who operated which machine, how long in all, and on which day last. */
export interface Operated {
  person: string;
  machine: string;
  hours: number;
  /** The last day, by the calendar of the plant. */
  on: string;
}

/**
 * The history of operation up to an instant: of each person and machine the hours of all sessions, and the last day.
 * A session that runs on counts to the instant.
 *
 * @param timeZone of the plant.
 */
export async function operatedBy(
  tx: Transaction,
  people: readonly string[],
  at: Date,
  timeZone: string,
): Promise<Operated[]> {
  return sqlIn(tx)<Operated>(Prisma.sql`
    SELECT person_id AS person, machine,
      (sum(extract(epoch FROM least(coalesce(until_at, ${at}), ${at}) - from_at)) / 3600)::float8 AS hours,
      to_char(max(least(coalesce(until_at, ${at}), ${at})) AT TIME ZONE ${timeZone}, 'YYYY-MM-DD') AS on
    FROM gate_session WHERE person_id = ANY(${[...people]}) AND from_at < ${at}
    GROUP BY person_id, machine ORDER BY person_id, machine`);
}
