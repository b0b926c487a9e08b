import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { type FenceInUse, sideOf } from './readings.ts';
import type { TrackState } from './state.ts';

/** Locks tracks `t`, always in the same order, so that two transactions never wait for each other in a circle. */
export const lockTracks = (tx: Transaction, where: Prisma.Sql) =>
  sqlIn(tx)(Prisma.sql`
    SELECT 1 FROM fence_track t WHERE ${where} ORDER BY t.fence_id, t.badge FOR UPDATE`);

/** Marks tracks `t` as to be decided again, as a fact changed. */
export async function markDue(tx: Transaction, where: Prisma.Sql): Promise<void> {
  await lockTracks(tx, where);
  const now = new Date();
  await sqlIn(tx)(Prisma.sql`
    UPDATE fence_track t SET check_at = ${now}, due_at = ${now} WHERE ${where}`);
}

/** Marks the tracks of a fence whose rules changed. */
export async function markChanged(tx: Transaction, fence: string, now: Date): Promise<void> {
  const where = Prisma.sql`t.fence_id = ${fence}`;
  await markDue(tx, where);
  await sqlIn(tx)(Prisma.sql`
    UPDATE fence_track t SET state = jsonb_set(t.state, '{renewedAt}', to_jsonb(${now.getTime()}::bigint))
    WHERE ${where}`);
}

/** Dwell and hold of fences, as the engine has them. */
export async function readTerms(tx: Transaction, ids: readonly string[]) {
  const rows = await tx.areaFence.findMany({ where: { id: { in: [...ids] } } });
  return new Map(
    rows.map((row) => [
      row.id,
      {
        side: sideOf(row.kind as FenceInUse['kind']),
        dwellMs: row.dwellSeconds * 1000,
        holdMs: row.holdSeconds * 1000,
        activeSince: row.activeSince.getTime(),
      },
    ]),
  );
}
export type KnownTerms = NonNullable<
  Awaited<ReturnType<typeof readTerms>> extends Map<string, infer One> ? One : never
>;

/** What is known of a badge at a fence, to be written. */
export interface TrackWrite {
  readonly fence: string;
  readonly badge: string;
  readonly person: string | null;
  readonly state: TrackState;
  readonly rights: readonly object[];
  /** Ms since the epoch; null: with the next fix. */
  readonly dueAt: number | null;
}

/** Writes tracks in one statement: row by row, those of a thousand badges take longer than the second that they are about. */
export async function writeTracks(
  tx: Transaction,
  tenant: string,
  tracks: readonly TrackWrite[],
): Promise<void> {
  if (tracks.length === 0) return;
  const rows = tracks.map(({ dueAt, ...one }) => ({
    ...one,
    due: dueAt === null ? null : new Date(dueAt).toISOString(),
  }));
  await sqlIn(tx)(Prisma.sql`
    INSERT INTO fence_track (tenant_id, fence_id, badge, person_id, state, rights, due_at, updated_at)
    SELECT ${tenant}, g.fence, g.badge, g.person, g.state, g.rights, g.due, now()
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS g (
      fence text, badge text, person text, state jsonb, rights jsonb, due timestamptz)
    ORDER BY g.fence, g.badge
    ON CONFLICT (tenant_id, fence_id, badge) DO UPDATE SET person_id = EXCLUDED.person_id, state = EXCLUDED.state,
      rights = EXCLUDED.rights, due_at = EXCLUDED.due_at, updated_at = EXCLUDED.updated_at`);
}
