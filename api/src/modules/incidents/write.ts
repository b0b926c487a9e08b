import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { IncidentChange, IncidentEvents } from './events.ts';
import { findMembers } from './rows.ts';
import { type Summary, summarise } from './summary.ts';
import { higherTold } from './told.ts';

/** Why a finding is where it is, as stored; null for the one that opened its incident. */
export type Why = Prisma.InputJsonObject | null;

/** An incident to be written. */
interface Written {
  id: string;
  site: string;
  summary: Summary;
  /** The severity of its last notice; null leaves it as it is. */
  told: string | null;
  /** Whether others see a difference: its version moves. */
  isChanged: boolean;
}

/** Writes what an incident is by its findings. One that has findings again is no longer merged. */
export async function writeIncident(
  { tx, caller }: Unit,
  { id, site, summary: s, told, isChanged }: Written,
): Promise<void> {
  const name = s.reviewedByName === null ? null : JSON.stringify(s.reviewedByName);
  await sqlIn(tx)(Prisma.sql`
    INSERT INTO incident AS i (tenant_id, id, site, subject, status, severity, rules, cameras, areas, main_id,
      started_at, last_at, findings, undecided, taken_out, told, reviewed_by, reviewed_by_name,
      reviewed_at, review_reason, review_note)
    VALUES (${caller.tenant}, ${id}, ${site}, ${s.subject}, ${s.status}, ${s.severity},
      ${s.rules}::text[], ${s.cameras}::text[], ${s.areas}::text[], ${s.mainId}, ${s.startedAt}, ${s.lastAt},
      ${s.findings}::int, ${s.undecided}::int, ${s.takenOut}::int, ${told}, ${s.reviewedBy},
      ${name}::jsonb, ${s.reviewedAt}, ${s.reviewReason}, ${s.reviewNote})
    ON CONFLICT (tenant_id, id) DO UPDATE SET subject = EXCLUDED.subject, status = EXCLUDED.status,
      severity = EXCLUDED.severity, rules = EXCLUDED.rules, cameras = EXCLUDED.cameras, areas = EXCLUDED.areas,
      main_id = EXCLUDED.main_id, started_at = EXCLUDED.started_at, last_at = EXCLUDED.last_at,
      findings = EXCLUDED.findings, undecided = EXCLUDED.undecided, taken_out = EXCLUDED.taken_out,
      told = coalesce(EXCLUDED.told, i.told), reviewed_by = EXCLUDED.reviewed_by,
      reviewed_by_name = EXCLUDED.reviewed_by_name, reviewed_at = EXCLUDED.reviewed_at,
      review_reason = EXCLUDED.review_reason, review_note = EXCLUDED.review_note, merged_into = NULL,
      version = i.version + ${isChanged ? 1 : 0}::int`);
}

/** Puts findings into incidents that are written already. */
export async function placeFindings(
  { tx, caller }: Unit,
  moved: readonly { id: string; incident: string; why: Why; pinned?: boolean }[],
): Promise<void> {
  if (moved.length === 0) return;
  const rows = moved.map(({ id, incident, why, pinned = false }) => ({
    id,
    incident,
    why,
    pinned,
  }));
  await sqlIn(tx)(Prisma.sql`
    INSERT INTO incident_finding (tenant_id, finding_id, incident_id, why, pinned)
    SELECT ${caller.tenant}, r.id, r.incident, nullif(r.why, 'null'), r.pinned
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS r(id text, incident text, why jsonb, pinned boolean)
    ON CONFLICT (tenant_id, finding_id) DO UPDATE SET incident_id = EXCLUDED.incident_id,
      why = EXCLUDED.why, pinned = EXCLUDED.pinned, joined_at = CURRENT_TIMESTAMP`);
}

/** Notes where the findings went of an incident that has none left. */
export async function mergeAway({ tx }: Unit, id: string, into: string): Promise<void> {
  await sqlIn(tx)(Prisma.sql`
    UPDATE incident SET merged_into = ${into}, findings = 0, undecided = 0, taken_out = 0,
      version = version + 1 WHERE id = ${id}`);
}

/** What is to be written again. */
interface Refreshed {
  /** Incidents that have findings. */
  incidents: readonly string[];
  /** Those of them of which others see no difference. */
  unchanged?: readonly string[];
  /** What became of some, also of others that are written already. */
  others?: ReadonlyMap<string, IncidentChange>;
  /** The most severe notice of those that became part of one. */
  told?: ReadonlyMap<string, string | null>;
}

/** Writes what incidents are by their findings now, and tells what changed. */
export async function refresh(
  unit: Unit,
  events: IncidentEvents,
  { incidents, unchanged = [], others = new Map(), told = new Map() }: Refreshed,
): Promise<void> {
  const members = incidents.length === 0 ? [] : await findMembers(unit.tx, incidents);
  const changes = new Map<string, IncidentChange>(others);
  for (const id of incidents) {
    const [one, ...rest] = members.filter(({ incidentId }) => incidentId === id);
    if (!one) continue;
    const before = one.incidentStatus ?? 'pending';
    const summary = summarise([one, ...rest], before);
    const isChanged = !unchanged.includes(id);
    const most = told.has(id) ? higherTold(told.get(id) ?? null, one.incidentTold) : null;
    await writeIncident(unit, { id, site: one.site, summary, told: most, isChanged });
    const isJoined = summary.status !== 'pending' && summary.undecided > 0;
    if (before !== summary.status || isJoined) {
      await events.statusChanged(unit, { incident: id, before, after: summary.status });
    }
    const isClosed = before === 'pending' && summary.status !== 'pending';
    if (isChanged) changes.set(id, others.get(id) ?? (isClosed ? 'closed' : 'updated'));
  }
  await endClaims(unit, events, [...incidents, ...others.keys()]);
  await events.emit(unit, changes);
}

/** There is nothing left to look at where nothing waits any more, or where another incident has it. */
async function endClaims(unit: Unit, events: IncidentEvents, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const ended = await sqlIn(unit.tx)<{ incident: string }>(Prisma.sql`
    DELETE FROM incident_claim c USING incident i
    WHERE c.incident_id = ANY (${ids}::text[]) AND i.tenant_id = c.tenant_id AND i.id = c.incident_id
      AND (i.undecided = 0 OR i.merged_into IS NOT NULL)
    RETURNING c.incident_id AS incident`);
  for (const { incident } of ended) await events.claimChanged(unit, incident);
}
