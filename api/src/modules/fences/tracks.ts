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

/** Writes what is known of a badge at a fence. */
export async function writeTrack(
  tx: Transaction,
  tenant: string,
  one: {
    fence: string;
    badge: string;
    person: string | null;
    state: TrackState;
    rights: readonly object[];
    dueAt: number | null;
  },
): Promise<void> {
  const due = one.dueAt === null ? null : new Date(one.dueAt);
  await sqlIn(tx)(Prisma.sql`
    INSERT INTO fence_track (tenant_id, fence_id, badge, person_id, state, rights, due_at, updated_at)
    VALUES (${tenant}, ${one.fence}, ${one.badge}, ${one.person}, ${JSON.stringify(one.state)}::jsonb,
      ${JSON.stringify(one.rights)}::jsonb, ${due}, now())
    ON CONFLICT (tenant_id, fence_id, badge) DO UPDATE SET person_id = EXCLUDED.person_id, state = EXCLUDED.state,
      rights = EXCLUDED.rights, due_at = EXCLUDED.due_at, updated_at = EXCLUDED.updated_at`);
}
