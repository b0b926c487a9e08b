import { createHash } from 'node:crypto';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';

/** The key of a decision of a gateway that differs from what the API decided for the same request. */
export const edgeKeyOf = (key: string): string =>
  `edge-${createHash('sha256').update(key).digest('hex').slice(0, 40)}`;

/**
 * The answer of the API in a row of `gate_decision`, by its alias, came too late: the gateway had decided the request
 * otherwise, and its answer is what the point got. Keys as {@link edgeKeyOf} makes them.
 */
export const supersededSql = (
  row: Prisma.Sql,
): Prisma.Sql => Prisma.sql`(${row}.source = 'api' AND EXISTS (
  SELECT 1 FROM gate_decision e WHERE e.tenant_id = ${row}.tenant_id AND e.point_id = ${row}.point_id
    AND e.source = 'edge'
    AND e.key = 'edge-' || left(encode(sha256(convert_to(${row}.key, 'UTF8')), 'hex'), 40)))`;

/**
 * Ends sessions that rest on a decision which the point never got: they count no time.
 *
 * @param which a condition on `gate_session s` and its `gate_decision d`.
 */
export async function voidSessions(unit: Unit, which: Prisma.Sql): Promise<void> {
  const rows = await sqlIn(unit.tx)<{ id: string; machine: string; person: string }>(Prisma.sql`
    UPDATE gate_session s SET until_at = s.from_at FROM gate_decision d
    WHERE d.id = s.decision_id AND s.until_at IS DISTINCT FROM s.from_at AND ${which}
    RETURNING s.id, s.machine, s.person_id AS person`);
  for (const { id, machine, person } of rows) {
    const data = { session: id, machine, person };
    await unit.emit({ entity: 'gate-session', what: 'ended', subject: id, data });
  }
}
