import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import {
  actsWithin,
  personsFindings,
  type Reader,
  seesAll,
  wholeActs,
} from '../violations/reach.ts';
import type { Violation } from '../violations/schema.ts';
import { showViolation, withIdentities, withNames } from '../violations/view.ts';
import { type FindingRow, findMembers, type IncidentRow } from './rows.ts';
import type { Incident } from './schema.ts';
import { type Summary, summarise } from './summary.ts';

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
    person: null,
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

/** Whom findings name, as they are shown; two certain people are never in one incident. */
export function personOf(findings: readonly Violation[]): Incident['person'] {
  const [person] = findings.flatMap(({ identity }) => identity?.person ?? []);
  return person ? { id: person.id, name: person.name } : null;
}

/** With the names in their main findings and whom their findings name, as `show` shows findings. */
async function withPeople(
  tx: Transaction,
  incidents: readonly Incident[],
  show: (findings: readonly Violation[]) => Promise<Violation[]>,
): Promise<Incident[]> {
  const mains = await show(incidents.map(({ main }) => main));
  const members = await tx.incidentFinding.findMany({
    where: {
      incidentId: { in: incidents.map(({ id }) => id) },
      takenOutAt: null,
      violation: { personId: { not: null } },
    },
    include: { violation: true },
    orderBy: { findingId: 'asc' },
  });
  const findings = await show(members.map(({ violation }) => showViolation(violation)));
  return incidents.map((one, n) => ({
    ...one,
    main: mains[n] ?? one.main,
    person: personOf(findings.filter((_, m) => members[m]?.incidentId === one.id)),
  }));
}

/** As reviewers see them. */
const named = (tx: Transaction, incidents: readonly Incident[]): Promise<Incident[]> =>
  withPeople(tx, incidents, (findings) => withNames(tx, findings));

export const readIncidents = async (
  tx: Transaction,
  ids: readonly string[],
): Promise<Incident[]> =>
  ids.length === 0
    ? []
    : named(
        tx,
        await showIncidents(tx, await tx.incident.findMany({ where: { id: { in: [...ids] } } })),
      );

/**
 * Incidents as a reader sees them; without one, all of them. One that the reader sees for a person of
 * theirs is what was confirmed of that person.
 */
export async function readIncidentsFor(
  tx: Transaction,
  reader: Reader | undefined,
  ids: readonly string[],
): Promise<Incident[]> {
  if (ids.length === 0) return [];
  const rows = await tx.incident.findMany({ where: { id: { in: [...ids] } } });
  const seen = reader ? await asSeen(tx, reader, rows) : rows;
  const shown = await showIncidents(tx, seen);
  if (!reader) return named(tx, shown);
  return withPeople(tx, shown, (findings) => withIdentities(tx, reader.account, findings));
}

/**
 * Whether an incident is within the reach; without a reader, it is.
 *
 * @param part `whole` where it counts only as seen whole, not for a person of the reader.
 */
export async function isWithinReach(
  tx: Transaction,
  id: string,
  reader: Reader | undefined,
  part: 'some' | 'whole' = 'some',
): Promise<boolean> {
  if (!reader || seesAll(reader)) return true;
  const seen = part === 'whole' ? wholeActs(reader) : actsWithin(reader);
  const found = await sqlIn(tx)<object>(
    Prisma.sql`SELECT 1 FROM incident i WHERE i.id = ${id} AND ${seen}`,
  );
  return found.length > 0;
}

/** The rows within the reader's reach, made of the findings that the reader sees. */
export async function asSeen(
  tx: Transaction,
  reader: Reader,
  rows: readonly IncidentRow[],
): Promise<IncidentRow[]> {
  if (seesAll(reader)) return [...rows];
  const ids = rows.map(({ id }) => id);
  const found = await sqlIn(tx)<{ id: string; whole: boolean }>(Prisma.sql`
    SELECT i.id, coalesce(${wholeActs(reader)}, FALSE) AS whole FROM incident i
    WHERE i.id = ANY (${ids}::text[]) AND ${actsWithin(reader)}`);
  const whole = new Map(found.map((one) => [one.id, one.whole]));
  const parts = found.filter((one) => !one.whole).map(({ id }) => id);
  const members =
    parts.length === 0
      ? []
      : await findMembers(
          tx,
          parts,
          Prisma.sql`f.taken_out_at IS NULL AND ${personsFindings(reader)}`,
        );
  return rows.flatMap((row) => {
    if (whole.get(row.id) === true) return [row];
    const [one, ...rest] = members.filter(({ incidentId }) => incidentId === row.id);
    return one ? [{ ...row, ...summaryOf([one, ...rest], row) }] : [];
  });
}

const summaryOf = (
  findings: readonly [FindingRow, ...FindingRow[]],
  { status }: IncidentRow,
): Pick<IncidentRow, keyof Summary> => {
  const summary = summarise(findings, status);
  return { ...summary, reviewedByName: summary.reviewedByName as IncidentRow['reviewedByName'] };
};
