import type pg from 'pg';

/** What is on record at the end of a run. */
export interface OnRecord {
  /** The verdicts of each incident, the undone ones too, in their order. */
  readonly verdicts: ReadonlyMap<string, readonly string[]>;
  /** The SHA-256 of the picture of each incident that has a verdict. */
  readonly pictures: ReadonlyMap<string, string>;
  /** Incidents that wait for a verdict. */
  readonly open: number;
}

export async function readVerdicts(client: pg.Client): Promise<OnRecord> {
  const { rows } = await client.query<{ incident: string; decisions: string[]; picture: string }>(
    `SELECT f.incident_id AS incident, array_agg(v.decision ORDER BY v.version) AS decisions,
       min(found.snapshot_sha256) AS picture
     FROM verdict v JOIN incident_finding f ON f.tenant_id = v.tenant_id AND f.finding_id = v.violation_id
     JOIN violation found ON found.tenant_id = v.tenant_id AND found.id = v.violation_id
     WHERE v.tenant_id = 'demo' GROUP BY 1`,
  );
  const waiting = await client.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM incident WHERE tenant_id = 'demo' AND undecided > 0 AND merged_into IS NULL`,
  );
  return {
    verdicts: new Map(rows.map(({ incident, decisions }) => [incident, decisions])),
    pictures: new Map(rows.map(({ incident, picture }) => [incident, picture])),
    open: waiting.rows[0]?.open ?? 0,
  };
}
