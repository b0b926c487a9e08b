import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';

/** The machines that have a start point in use: their work is recorded. */
export async function machinesWithPoints(tx: Transaction): Promise<Set<string>> {
  const rows = await tx.gatePoint.findMany({
    where: { active: true, machineId: { not: null } },
    select: { machineId: true },
  });
  return new Set(rows.flatMap(({ machineId }) => machineId ?? []));
}

/** The machines that a person operated at an instant. */
export async function operatedAt(tx: Transaction, person: string, at: Date): Promise<string[]> {
  const rows = await tx.gateSession.findMany({
    where: { personId: person, from: { lte: at }, OR: [{ until: null }, { until: { gte: at } }] },
    select: { machine: true },
  });
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
 * The history of operation up to an instant: of each person and machine the hours of all sessions, and the last day.
 * A session that runs on counts to the last report of its machine: what it does since is not known.
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
    SELECT person_id AS person, machine, count(*)::int AS sessions,
      (sum(extract(epoch FROM counted_to - from_at)) / 3600)::float8 AS hours,
      to_char(max(counted_to) AT TIME ZONE ${timeZone}, 'YYYY-MM-DD') AS on
    FROM (
      SELECT o.person_id, o.machine, o.from_at,
        least(coalesce(o.until_at, greatest(m.at, o.from_at)), ${at}) AS counted_to
      FROM gate_session o LEFT JOIN machine_state m ON m.machine = o.machine
      WHERE o.person_id = ANY(${[...people]}) AND o.from_at < ${at}) s
    GROUP BY person_id, machine ORDER BY person_id, machine`);
}
