import type { Transaction } from '../../platform/db/database.ts';
import { showViolation } from '../violations/view.ts';
import type { IncidentRow } from './rows.ts';
import type { Incident } from './schema.ts';

type ViolationRow = Parameters<typeof showViolation>[0];

/** A row as the API returns it. */
export function showIncident(row: IncidentRow, main: ViolationRow): Incident {
  // The columns hold data of violations, which the event's schema validated.
  const shown = {
    id: row.id,
    site: row.site,
    subject: row.subject,
    status: row.status,
    severity: row.severity,
    rules: row.rules,
    cameras: row.cameras,
    startedAt: row.startedAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
    openedAt: row.openedAt.toISOString(),
    findings: row.findings,
    undecided: row.undecided,
    takenOut: row.takenOut,
    verdict:
      row.reviewedBy === null
        ? null
        : {
            by: { id: row.reviewedBy, displayName: row.reviewedByName },
            at: row.reviewedAt?.toISOString(),
            reason: row.reviewReason,
            note: row.reviewNote,
          },
    version: row.version,
    mergedInto: row.mergedInto,
    main: showViolation(main),
  };
  return shown as Incident;
}

/** Shows incidents in the order of the rows. */
export async function showIncidents(
  tx: Transaction,
  rows: readonly IncidentRow[],
): Promise<Incident[]> {
  if (rows.length === 0) return [];
  const mains = await tx.violation.findMany({
    where: { id: { in: rows.map((row) => row.mainId) } },
  });
  const byId = new Map(mains.map((one) => [one.id, one]));
  return rows.flatMap((row) => {
    const main = byId.get(row.mainId);
    return main ? [showIncident(row, main)] : [];
  });
}

export const readIncidents = async (
  tx: Transaction,
  ids: readonly string[],
): Promise<Incident[]> =>
  ids.length === 0
    ? []
    : showIncidents(tx, await tx.incident.findMany({ where: { id: { in: [...ids] } } }));
