import type { Transaction } from '../../platform/db/database.ts';
import { holds } from './records.ts';

/** A permit that ended longer ago than this explains nothing any more, ms. */
const RECENT_MS = 24 * 3_600_000;

/** A permit as other modules see it. */
export interface PermitInArea {
  readonly id: string;
  readonly kind: string;
  readonly area: string;
  readonly title: string;
  readonly holds: boolean;
  /** When it ends by itself. */
  readonly to: Date;
  /** Its state, `expired` also where its time is over and the job has not come yet. */
  readonly state: string;
  /** Since when it is so. */
  readonly since: Date;
}

/** The permits that hold now, and those that held within the last day; the latest first. */
export async function permitsInAreas(tx: Transaction, now: Date): Promise<PermitInArea[]> {
  const rows = await tx.permit.findMany({
    where: {
      OR: [
        { state: { in: ['active', 'suspended'] } },
        {
          state: { in: ['closed', 'expired', 'cancelled'] },
          enteredAt: { gt: new Date(now.getTime() - RECENT_MS) },
          approvedBy: { not: null },
        },
      ],
    },
    orderBy: [{ enteredAt: 'desc' }, { id: 'desc' }],
    take: 2_000,
  });
  return rows.map((row) => {
    const isOver = row.closedAt === null && row.toAt <= now;
    return {
      id: row.id,
      kind: row.kind,
      area: row.areaId,
      title: row.title,
      holds: holds(row, now),
      to: row.toAt,
      state: isOver ? 'expired' : row.state,
      // What ends by itself ends at its time, however late the job comes.
      since: isOver || row.state === 'expired' ? row.toAt : row.enteredAt,
    };
  });
}
