import pg from 'pg';
import { ulid } from 'ulid';

export interface BackupRun {
  kind: 'backup' | 'drill';
  startedAt: Date;
  ok: boolean;
  /** Name of the archive, without its folder. */
  archive: string | null;
  bytes: number | null;
  detail: Record<string, unknown>;
}

/** Records the result of a backup or a drill for each tenant: the source of its age. */
export async function recordRun(adminUrl: string, run: BackupRun): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    const tenants = await client.query('SELECT id FROM tenant');
    for (const { id } of tenants.rows as { id: string }[]) {
      await client.query("SELECT set_config('app.tenant', $1, true)", [id]);
      await client.query(
        `INSERT INTO backup_run (tenant_id, id, kind, started_at, finished_at, ok, archive, bytes, detail)
         VALUES ($1, $2, $3, $4, now(), $5, $6, $7, $8)`,
        [id, ulid(), run.kind, run.startedAt, run.ok, run.archive, run.bytes, run.detail],
      );
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

/** Runs it, and records the result. */
export async function recorded<Result extends object>(
  adminUrl: string,
  kind: BackupRun['kind'],
  archive: string | null,
  work: () => Promise<Result & { bytes?: number }>,
): Promise<Result> {
  const startedAt = new Date();
  try {
    const result = await work();
    const bytes = result.bytes ?? null;
    await recordRun(adminUrl, { kind, startedAt, ok: true, archive, bytes, detail: { ...result } });
    return result;
  } catch (error) {
    const detail = { error: (error as Error).message };
    await recordRun(adminUrl, { kind, startedAt, ok: false, archive, bytes: null, detail }).catch(
      () => {},
    );
    throw error;
  }
}
