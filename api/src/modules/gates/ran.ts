import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { MOST_BETWEEN_MS } from '../machines/waiting.ts';

/** Nothing of a session counts after so long: a machine that fell silent keeps its session. */
export const LONGEST = Prisma.sql`interval '12 hours'`;
/** {@link MOST_BETWEEN_MS} in SQL. */
export const MOST_BETWEEN = Prisma.sql`${MOST_BETWEEN_MS}::int * interval '1 millisecond'`;

/** SQL: the machine of the session `s` ran from its last report to an instant. */
const ranTo = (at: Prisma.Sql) =>
  Prisma.sql`(s.heard_state = 'running' AND ${at} > s.heard_at AND ${at} - s.heard_at <= ${MOST_BETWEEN})`;

/** SQL: assignments that add the time in which the machine of the session `s` ran since its last report. */
export const addRan = (at: Prisma.Sql): Prisma.Sql => Prisma.sql`
  ran_ms = CASE WHEN ${ranTo(at)} THEN s.ran_ms + (extract(epoch FROM ${at} - s.heard_at) * 1000)::int ELSE s.ran_ms END,
  ran_to = CASE WHEN ${ranTo(at)} THEN ${at} ELSE s.ran_to END`;

/** SQL: a time of the session `s`, not after now, and not after what is counted of one session. */
export const countedTo = (at: Prisma.Sql, now: Date): Prisma.Sql =>
  Prisma.sql`least(${at}, s.from_at + ${LONGEST}, ${now}::timestamptz)`;

/** Adds what the machines of open sessions ran since the reports before; nothing changes where it did so already. */
export async function countRan(tx: Transaction, now: Date): Promise<void> {
  const heard = Prisma.sql`least(m.at, ${now}::timestamptz)`;
  await sqlIn(tx)(Prisma.sql`
    UPDATE gate_session s SET ${addRan(countedTo(Prisma.sql`m.at`, now))}, heard_at = ${heard}, heard_state = m.state
    FROM machine_state m WHERE m.machine = s.machine AND s.until_at IS NULL
      AND (${heard} > s.heard_at OR ${heard} = s.heard_at AND m.state <> s.heard_state)`);
}

/** SQL: the end of a session, at most twelve hours after its begin. @param s an alias of `gate_session`. */
export const endOf = (s: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`least(${s}.until_at, ${s}.from_at + ${LONGEST})`;

/**
 * SQL: when the machine ran last in a session, as far as it is known; null for an open one of before reports were counted.
 *
 * @param s an alias of `gate_session`.
 */
export const ranUntil = (s: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`CASE WHEN coalesce(${s}.ran_to, ${s}.until_at) IS NOT NULL
    THEN least(${s}.ran_to, ${endOf(s)}) END`;

/**
 * SQL: seconds in which the machine ran in a session, up to an instant.
 *
 * @param s an alias of `gate_session`.
 * @param to a value or a column.
 */
export const ranSeconds = (s: Prisma.Sql, to: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`least(${s}.ran_ms / 1000.0, greatest(extract(epoch FROM ${to} - ${s}.from_at), 0))`;
