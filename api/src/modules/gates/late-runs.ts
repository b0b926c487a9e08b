import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { SIGN_ON_MS } from './outcome.ts';
import { LONGEST, MOST_BETWEEN } from './ran.ts';
import { supersededSql } from './superseded.ts';

/**
 * Records sessions of runs that began and ended before the API saw them, such as while it was down: machine reports wait at
 * the broker, and gateways deliver the starts that they allowed. Begin, end and hours are taken from the machine's reports.
 * The right of the person is not checked again, since the run is over.
 *
 * @param options.oldest decisions with a smaller id are ignored.
 */
export async function recordLateRuns(
  { tx }: Pick<Unit, 'tx'>,
  { now, oldest }: { now: Date; oldest: string },
): Promise<{ id: string; machine: string; person: string }[]> {
  const signOn = Prisma.sql`${SIGN_ON_MS}::int * interval '1 millisecond'`;
  return sqlIn(tx)<{ id: string; machine: string; person: string }>(Prisma.sql`
    INSERT INTO gate_session (tenant_id, id, decision_id, point_id, machine, person_id, from_at, until_at, check_at,
      ran_ms, ran_to, heard_at, heard_state)
    -- First what is cheap: a pass follows each start, and looks at those of twelve hours.
    WITH stopped AS MATERIALIZED (
      SELECT d.*, b.at AS begun, stop.at AS stop
      FROM gate_decision d
      -- The first run after the sign-on, or the one that went on at that time.
      CROSS JOIN LATERAL (SELECT min(greatest(r.at, d.decided_at)) AS at FROM machine_stretch r
        WHERE r.machine = d.target AND r.state = 'running' AND r.heard_to >= d.decided_at
          AND r.at < least(d.valid_until, d.decided_at + ${signOn})) b
      CROSS JOIN LATERAL (SELECT min(x.at) AS at FROM machine_stretch x
        WHERE x.machine = d.target AND x.state IN ('stopped', 'fault') AND x.at > b.at HAVING min(x.at) <= ${now}) stop
      WHERE d.kind = 'start' AND d.decision = 'allow' AND d.person_id IS NOT NULL AND d.id > ${oldest}
        AND d.decided_at <= ${now} AND b.at IS NOT NULL
        AND d.target IN (SELECT r.machine FROM machine_stretch r WHERE r.state = 'running')
        AND NOT EXISTS (SELECT 1 FROM gate_session x WHERE x.decision_id = d.id))
    -- One session for each run: it began with the first sign-on of a person; of those before it the newest counts.
    SELECT DISTINCT ON (d.target, d.person_id, d.stop, next.at) d.tenant_id, new_row_id(), d.id, d.point_id, d.target,
      d.person_id, d.begun, e.at, ${now}, ran.ms, ran.until, e.at, 'stopped'
    FROM stopped d
    CROSS JOIN LATERAL (SELECT min(n.decided_at) AS at FROM gate_decision n
      WHERE n.target = d.target AND n.id > d.id AND n.kind = 'start' AND n.decision = 'allow'
        AND n.person_id <> d.person_id AND NOT ${supersededSql(Prisma.sql`n`)}) next
    CROSS JOIN LATERAL (SELECT least(d.stop, next.at, d.begun + ${LONGEST}) AS at) e
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(extract(epoch FROM least(w.until, e.at) - greatest(w.at, d.begun)) * 1000), 0)::int AS ms,
        max(least(w.until, e.at)) AS until
      FROM (SELECT y.at, y.state,
          CASE WHEN lead(y.at) OVER o - y.heard_to <= ${MOST_BETWEEN} THEN lead(y.at) OVER o ELSE y.heard_to END AS until
        FROM machine_stretch y WHERE y.machine = d.target WINDOW o AS (ORDER BY y.at)) w
      WHERE w.state = 'running' AND w.at < e.at AND w.until > d.begun) ran
    WHERE NOT ${supersededSql(Prisma.sql`d`)} AND e.at > d.begun
      AND NOT EXISTS (SELECT 1 FROM gate_session x WHERE x.machine = d.target
        AND x.person_id = d.person_id AND x.from_at < e.at AND (x.until_at IS NULL OR x.until_at > d.begun))
    ORDER BY d.target, d.person_id, d.stop, next.at, d.begun, d.id DESC
    ON CONFLICT DO NOTHING RETURNING id, machine, person_id AS person`);
}
