import type { AlarmSnooze, Severity } from '@anshi/contracts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';

export type SnoozeRow = Prisma.SnoozeModel;
/** More that have not ended are refused. */
export const MOST_OPEN = 200;

/** Snoozes that hold at a moment, or will. */
export const notOver = (now: Date) =>
  ({ endedAt: null, untilAt: { gt: now } }) satisfies Prisma.SnoozeWhereInput;

/** What a violation says of the snooze that kept it quiet. */
export interface SnoozeMark {
  id: string;
  reason: string;
  by: { zh: string; en: string } | null;
  until: string;
}

/**
 * The snooze that held for a violation when it was confirmed: however late the violation comes. Null for
 * none; high severity rests only where a second person had approved it by then.
 */
export async function snoozeOf(
  tx: Transaction,
  about: {
    camera: string;
    zone: string | null;
    ruleId: string;
    severity: Severity;
    confirmedAt: string;
  },
): Promise<SnoozeMark | null> {
  const at = new Date(about.confirmedAt);
  const row = await tx.snooze.findFirst({
    where: {
      camera: about.camera,
      fromAt: { lte: at },
      untilAt: { gt: at },
      askedAt: { lte: at },
      AND: [
        { OR: [{ endedAt: null }, { endedAt: { gt: at } }] },
        { OR: [{ zone: null }, { zone: about.zone ?? '' }] },
        { OR: [{ rule: null }, { rule: about.ruleId }] },
        about.severity === 'high' ? { high: true, approvedAt: { lte: at } } : {},
      ],
    },
    orderBy: [{ untilAt: 'desc' }, { id: 'asc' }],
  });
  if (!row) return null;
  const user = await tx.appUser.findFirst({
    where: { id: row.askedBy },
    select: { displayName: true },
  });
  return {
    id: row.id,
    reason: row.reason,
    by: (user?.displayName as SnoozeMark['by']) ?? null,
    until: row.untilAt.toISOString(),
  };
}

/** The snoozes for the plan of workers. */
export async function snoozesForWorkers(tx: Transaction, now: Date): Promise<AlarmSnooze[]> {
  const rows = await tx.snooze.findMany({
    where: notOver(now),
    orderBy: { id: 'asc' },
    take: MOST_OPEN,
  });
  return rows.map(({ id, camera, zone, rule, high, approvedBy, fromAt, untilAt }) => ({
    id,
    camera,
    zone,
    rule,
    high: high && approvedBy !== null,
    from: fromAt.toISOString(),
    until: untilAt.toISOString(),
  }));
}
