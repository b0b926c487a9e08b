import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Finding, JoinSettings } from './finding.ts';
import { cleanPath } from './fit.ts';
import { areRelated, connectedTo, MOST_MEMBERS, NEAR_MS } from './join.ts';
import type { SummarisedFinding } from './summary.ts';

/** Of advisory locks on the incidents of a site. */
const SITE_LOCK = 5271130;
/** The usual longest gap between two findings of one act. */
export const USUAL_GAP_SECONDS = 10;
/** A neighbourhood is not followed further: it would hold up the record. */
const MOST_FINDINGS = 200;
/** Findings of the same actor that are looked at on either side of one. */
const MOST_BESIDE = 50;
/** Findings of all cameras that are looked at around the time of one. */
const MOST_AROUND = 100;

/** The floor plan that a camera is on; null where that is not known. */
export type PlanOf = (camera: string) => string | null;

/** A row of the table. */
export type IncidentRow = Prisma.IncidentModel;

/** A finding with its place in the incidents. */
export interface FindingRow extends SummarisedFinding {
  site: string;
  actor: string | null;
  zone: string | null;
  incidentId: string | null;
  incidentStatus: string | null;
  incidentTold: string | null;
  incidentSize: number;
  pinned: boolean;
  personId: string | null;
}
type StoredPath = {
  at: string;
  floor: [number, number];
  deviation: number;
  nearest?: number | null;
}[];
type PlacedRow = FindingRow & { path: StoredPath; laterPath: StoredPath };
/** A finding for the join, with its row. */
interface Known extends Finding {
  row: FindingRow;
}

/** Serialises changes of the incidents of a site until the end of the transaction. */
export async function holdSite(tx: Transaction, tenant: string, site: string): Promise<void> {
  await sqlIn(tx)(
    Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended(${JSON.stringify([tenant, site])}, ${SITE_LOCK}::bigint))::text`,
  );
}

/** The same for the site of a violation. */
export async function holdSiteOf(tx: Transaction, tenant: string, finding: string): Promise<void> {
  const row = await tx.violation.findFirst({ where: { id: finding }, select: { site: true } });
  if (row) await holdSite(tx, tenant, row.site);
}

const findingColumns = Prisma.sql`
  v.id, v.site, v.area_id AS "areaId", v.subject, v.actor, v.camera, v.rule, v.item, v.severity, v.zone, v.status, v.person_id AS "personId",
  v.started_at AS "startedAt", v.confirmed_at AS "confirmedAt", v.ended_at AS "endedAt",
  v.reviewed_by AS "reviewedBy", v.reviewed_by_name AS "reviewedByName", v.reviewed_at AS "reviewedAt",
  v.review_reason AS "reviewReason", v.review_note AS "reviewNote",
  f.incident_id AS "incidentId", coalesce(f.pinned, false) AS pinned, f.taken_out_at AS "takenOutAt",
  i.status AS "incidentStatus", i.told AS "incidentTold", coalesce(i.findings, 0) AS "incidentSize"`;
const findingTables = Prisma.sql`violation v
  LEFT JOIN incident_finding f ON f.tenant_id = v.tenant_id AND f.finding_id = v.id
  LEFT JOIN incident i ON i.tenant_id = f.tenant_id AND i.id = f.incident_id`;

/**
 * The same, row by row for the ids of `near`. A join of whole tables was planned as loops over all of them
 * where they had no statistics yet: a second for each finding of the first crowd of a plant.
 */
const lookUp = Prisma.sql`
  JOIN LATERAL (SELECT * FROM violation WHERE id = near.id LIMIT 1) v ON TRUE
  LEFT JOIN LATERAL (SELECT * FROM incident_finding m
    WHERE m.tenant_id = v.tenant_id AND m.finding_id = v.id LIMIT 1) f ON TRUE
  LEFT JOIN LATERAL (SELECT * FROM incident o
    WHERE o.tenant_id = f.tenant_id AND o.id = f.incident_id LIMIT 1) i ON TRUE`;

/**
 * The findings of some incidents.
 *
 * @param which a condition on `violation v` and `incident_finding f`.
 */
export const findMembers = (
  tx: Transaction,
  incidents: readonly string[],
  which: Prisma.Sql = Prisma.sql`TRUE`,
): Promise<FindingRow[]> =>
  sqlIn(tx)<FindingRow>(Prisma.sql`
    SELECT ${findingColumns} FROM ${findingTables}
    WHERE f.incident_id = ANY (${[...incidents]}::text[]) AND ${which} ORDER BY v.started_at, v.id`);

/**
 * The id of the incident that has the findings of one now: itself, or the end of the way that mergers
 * lead, however many there were. Null for an unknown one.
 */
export async function findNow(tx: Transaction, id: string): Promise<string | null> {
  const [row] = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    WITH RECURSIVE way AS (
      SELECT i.id, i.merged_into FROM incident i WHERE i.id = ${id}
      UNION SELECT i.id, i.merged_into FROM way JOIN incident i ON i.id = way.merged_into
    ) SELECT id FROM way WHERE merged_into IS NULL`);
  return row?.id ?? null;
}

/** Maximum of merged incidents that are read. */
const MOST_MERGED = 200;

/** The id of an incident, and of those that were merged into it, directly or through others. */
export async function withMerged(tx: Transaction, id: string): Promise<string[]> {
  const rows = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    WITH RECURSIVE part AS (
      SELECT ${id}::text AS id
      UNION SELECT i.id FROM part JOIN incident i ON i.merged_into = part.id
    ) SELECT id FROM part LIMIT ${MOST_MERGED}`);
  return rows.map((row) => row.id);
}

/**
 * What may be related to some findings, and the members of their incidents.
 *
 * @param whole incidents whose members are known already.
 */
const findNear = (
  tx: Transaction,
  findings: readonly string[],
  { gapMs }: JoinSettings,
  whole: readonly string[],
): Promise<PlacedRow[]> => {
  const gap = Prisma.sql`${gapMs}::int * interval '1 ms'`;
  const near = Prisma.sql`${NEAR_MS}::int * interval '1 ms'`;
  const ofActor = Prisma.sql`v.camera = n.camera AND v.actor = n.actor AND v.site = n.site
    AND v.started_at <= coalesce(n.ended_at, 'infinity') + ${gap}
    AND coalesce(v.ended_at, 'infinity') + ${gap} >= n.started_at`;
  return sqlIn(tx)<PlacedRow>(Prisma.sql`
    WITH first AS (
      SELECT id, tenant_id, site, camera, actor, subject, person_id, started_at, confirmed_at, ended_at
      FROM violation WHERE id = ANY (${[...findings]}::text[])
    ), near AS (
      SELECT id FROM first
      UNION SELECT o.id FROM first n, LATERAL (
        (SELECT v.id FROM violation v WHERE ${ofActor} AND v.started_at <= n.started_at
         ORDER BY v.started_at DESC LIMIT ${MOST_BESIDE})
        UNION ALL (SELECT v.id FROM violation v WHERE ${ofActor} AND v.started_at <= n.started_at
         ORDER BY v.ended_at DESC NULLS FIRST LIMIT 2)
        UNION ALL (SELECT v.id FROM violation v WHERE ${ofActor} AND v.started_at >= n.started_at
         ORDER BY v.started_at LIMIT ${MOST_BESIDE})) AS o
      UNION SELECT o.id FROM first n, LATERAL (
        SELECT v.id FROM violation v
        WHERE v.site = n.site AND v.subject = 'person' AND n.subject = 'person'
          AND v.confirmed_at BETWEEN n.confirmed_at - ${near} AND n.confirmed_at + ${near}
        ORDER BY v.confirmed_at, v.id LIMIT ${MOST_AROUND}) AS o
      UNION SELECT o.id FROM first n, LATERAL (
        SELECT v.id FROM violation v
        WHERE v.tenant_id = n.tenant_id AND v.person_id = n.person_id AND v.site = n.site
          AND v.confirmed_at BETWEEN n.confirmed_at - ${near} - ${gap} AND n.confirmed_at + ${near} + ${gap}
        ORDER BY v.confirmed_at, v.id LIMIT ${MOST_AROUND}) AS o
      UNION SELECT m.finding_id FROM first n
        JOIN incident_finding o ON o.finding_id = n.id
          AND NOT o.incident_id = ANY (${[...whole]}::text[])
        JOIN incident s ON s.id = o.incident_id AND s.findings < ${MOST_MEMBERS}
        JOIN incident_finding m ON m.incident_id = o.incident_id
    )
    SELECT ${findingColumns}, v.path, v.later_path AS "laterPath" FROM near ${lookUp}`);
};

/**
 * The findings that have to be divided again where some came or changed: all that are related to them,
 * also over others, and the members of their incidents. Where there are too many to look at all of them,
 * one who fits as well may be among the others: then paths are no evidence.
 */
export async function findNeighbourhood(
  tx: Transaction,
  first: readonly string[],
  settings: JoinSettings,
  planOf: PlanOf,
): Promise<Known[]> {
  const loaded = new Map<string, Known>();
  const expanded = new Set<string>();
  const areTogether = remembered(
    (a: Known, b: Known) => isInSame(a.row, b.row) || areRelated(a, b, settings),
  );
  let connected: Known[] = [];
  let frontier = [...first];
  while (frontier.length > 0 && connected.length < MOST_FINDINGS) {
    const whole = new Set(
      [...loaded.values()].flatMap(({ id, incident }) =>
        expanded.has(id) ? (incident ?? []) : [],
      ),
    );
    for (const row of await findNear(tx, frontier, settings, [...whole])) {
      if (!loaded.has(row.id)) loaded.set(row.id, known(row, planOf));
    }
    for (const id of frontier) expanded.add(id);
    hideInCrowds(loaded);
    connected = connectedTo(new Set(first), [...loaded.values()], areTogether);
    frontier = connected.map(({ id }) => id).filter((id) => !expanded.has(id));
  }
  // Of those that were not followed, not all neighbours are known.
  return connected.map((one) => (expanded.has(one.id) ? one : { ...one, path: [] }));
}

/** Where a query for neighbours in time was cut off, others may fit as well. */
function hideInCrowds(loaded: Map<string, Known>): void {
  const times = [...loaded.values()]
    .filter(({ subject }) => subject === 'person')
    .map(({ confirmedAt }) => confirmedAt)
    .sort((a, b) => a - b);
  if (times.length < MOST_AROUND) return;
  for (const one of loaded.values()) {
    const near = times.filter((at) => Math.abs(at - one.confirmedAt) <= NEAR_MS).length;
    if (near >= MOST_AROUND && one.path.length > 0) one.path = [];
  }
}

/** A relation that is asked for once for each pair: paths are costly to compare. */
function remembered(related: (a: Known, b: Known) => boolean): typeof related {
  const known = new Map<string, boolean>();
  return (a, b) => {
    const [one, two] = a.id < b.id ? [a, b] : [b, a];
    const key = `${one.id} ${two.id} ${one.path.length} ${two.path.length}`;
    const found = known.get(key) ?? related(a, b);
    known.set(key, found);
    return found;
  };
}

const isInSame = (a: FindingRow, b: FindingRow) =>
  a.incidentId !== null && a.incidentId === b.incidentId;

/** What people decided by hand, or by a verdict on the whole incident, is not moved by evidence. */
const isKept = (row: FindingRow) =>
  row.pinned ||
  row.takenOutAt !== null ||
  (row.incidentStatus !== 'pending' && row.status !== 'pending') ||
  isFull(row);

const isFull = ({ incidentSize }: FindingRow) => incidentSize >= MOST_MEMBERS;

function known(row: PlacedRow, planOf: PlanOf): Known {
  const confirmedAt = +row.confirmedAt;
  return {
    row,
    id: row.id,
    subject: row.subject as Finding['subject'],
    camera: row.camera,
    plan: planOf(row.camera),
    actor: row.actor,
    startedAt: +row.startedAt,
    confirmedAt,
    endedAt: row.endedAt === null ? null : +row.endedAt,
    path: cleanPath(
      [...row.path, ...row.laterPath].map(({ at, ...place }) => ({ ...place, at: Date.parse(at) })),
      confirmedAt,
    ),
    person: row.personId,
    isDecided: row.status !== 'pending',
    pin: isKept(row) ? row.incidentId : null,
    isClosed: isFull(row),
    isTakenOut: row.takenOutAt !== null,
    incident: row.incidentId,
  };
}

/** The gap of a site. */
export async function findSettings(tx: Transaction, site: string): Promise<JoinSettings> {
  const row = await tx.incidentSetting.findFirst({ where: { site } });
  return { gapMs: 1_000 * (row?.gapSeconds ?? USUAL_GAP_SECONDS) };
}
