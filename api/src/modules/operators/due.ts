import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { SIGN_ON_MS } from '../gates/outcome.ts';

/** A machine has to run so long without a sign-on before it is looked at, ms. */
export const GRACE_MS = 30_000;
/** A machine that said nothing for longer is not taken to run, ms. */
const SILENT_MS = 120_000;

/** A machine that runs without a known right, not recorded yet. */
export interface Due {
  machine: string;
  machineName: Bilingual;
  machineAt: Date;
  since: Date;
  /** The session whose right ended; null without a sign-on. */
  sessionId: string | null;
  person: string | null;
  sessionFrom: Date | null;
  lostAt: Date | null;
  /** The sign-on was known when it happened; a gateway may tell of one when another person has the machine. */
  isSure: boolean;
  /** The binding of the card that was shown; null for a code. */
  binding: string | null;
  /** It has a point at which people sign on. */
  hasPoint: boolean;
  areaId: string | null;
  site: string | null;
  /** No other machine runs in its area: a badge there is at this one. */
  isOnly: boolean;
  checked: string | null;
  checkAt: Date;
}

/** The machine `m` of an episode `x`, as far as it goes on: `s` is its open session. */
const lasts = (now: Date) => Prisma.sql`(
  (x.session_id IS NOT NULL AND s.id = x.session_id)
  OR (x.session_id IS NULL AND s.id IS NULL AND m.at > ${new Date(now.getTime() - SILENT_MS)}
    AND (m.state = 'running' OR (m.state = 'idle' AND x.violation_id IS NOT NULL))))`;

/** Begins episodes of machines that run without a sign-on, or after its right ended. */
export async function begin(tx: Transaction, now: Date): Promise<void> {
  await sqlIn(tx)(Prisma.sql`
    INSERT INTO operator_episode (tenant_id, machine, session_id, since, check_at)
    SELECT m.tenant_id, m.machine, s.id, ${now}, ${now}
    FROM machine_state m JOIN equipment e ON e.id = m.machine
    LEFT JOIN gate_session s ON s.machine = m.machine AND s.until_at IS NULL
    WHERE m.state = 'running' AND m.at > ${new Date(now.getTime() - SILENT_MS)}
      AND (s.id IS NULL OR s.lost_at IS NOT NULL)
    ON CONFLICT DO NOTHING`);
}

/** Ends episodes. @returns those that were recorded, and when they ended. */
export const end = (tx: Transaction, now: Date): Promise<{ violation: string; at: Date }[]> =>
  sqlIn(tx)<{ violation: string; at: Date }>(Prisma.sql`
    WITH over AS (
      DELETE FROM operator_episode x WHERE NOT EXISTS (
        SELECT 1 FROM machine_state m LEFT JOIN gate_session s ON s.machine = m.machine AND s.until_at IS NULL
        WHERE m.machine = x.machine AND ${lasts(now)})
      RETURNING x.machine, x.session_id, x.violation_id)
    SELECT o.violation_id AS violation, least(coalesce(s.until_at, m.at, ${now}), ${now}) AS at FROM over o
    LEFT JOIN machine_state m ON m.machine = o.machine LEFT JOIN gate_session s ON s.id = o.session_id
    WHERE o.violation_id IS NOT NULL ORDER BY 1`);

/**
 * The machines that are to be looked at: those without a sign-on after {@link GRACE_MS}.
 *
 * @param machine one of them, with its row locked; not given where another process has it.
 */
export async function findDue(tx: Transaction, now: Date, machine?: string): Promise<Due[]> {
  const one =
    machine === undefined
      ? Prisma.sql`TRUE`
      : Prisma.sql`x.machine = ${machine} AND x.machine IN (SELECT machine FROM operator_episode
          WHERE machine = ${machine} FOR UPDATE SKIP LOCKED)`;
  return sqlIn(tx)<Due>(Prisma.sql`
    SELECT x.machine, e.name AS "machineName", m.at AS "machineAt", x.since, x.session_id AS "sessionId",
      s.person_id AS person, s.from_at AS "sessionFrom", s.lost_at AS "lostAt",
      coalesce(c.source = 'api' OR c.delivered_at <= c.decided_at + ${SIGN_ON_MS}::int * interval '1 millisecond',
        FALSE) AS "isSure",
      (SELECT b.id FROM badge b WHERE b.badge IN (c.card, lower(c.card)) AND b.person_id = s.person_id
        AND b.since <= c.decided_at AND (b.until IS NULL OR b.until > c.decided_at) LIMIT 1) AS binding,
      e.area_id AS "areaId",
      coalesce(a.site, d.site) AS site, x.checked, x.check_at AS "checkAt",
      EXISTS (SELECT 1 FROM gate_point p WHERE p.machine_id = x.machine AND p.active) AS "hasPoint",
      NOT EXISTS (SELECT 1 FROM equipment o JOIN machine_state n ON n.machine = o.id AND n.state IN ('running', 'idle')
        WHERE o.area_id = e.area_id AND o.id <> e.id) AS "isOnly"
    FROM operator_episode x JOIN machine_state m ON m.machine = x.machine AND m.state = 'running'
    JOIN equipment e ON e.id = x.machine LEFT JOIN area a ON a.id = e.area_id
    LEFT JOIN department d ON d.id = coalesce(e.department_id, a.department_id)
    LEFT JOIN gate_session s ON s.machine = x.machine AND s.until_at IS NULL
    LEFT JOIN gate_decision c ON c.id = s.decision_id
    WHERE x.violation_id IS NULL AND ${one} AND ${lasts(now)}
      AND (x.session_id IS NOT NULL OR x.since <= ${new Date(now.getTime() - GRACE_MS)})
    ORDER BY x.machine`);
}
