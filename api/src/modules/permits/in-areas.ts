import type { Transaction } from '../../platform/db/database.ts';
import { remainingByOld } from '../people/merged.ts';
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

/** A permit that was approved, as the matcher reads it. */
export interface PermitOfPeople {
  readonly id: string;
  readonly kind: string;
  readonly area: string;
  readonly people: readonly string[];
  readonly from: Date;
  readonly to: Date;
  /** Since when it is suspended; null where it is not. */
  readonly suspendedSince: Date | null;
  readonly closedAt: Date | null;
}

/** The approved permits that name one of the people and that did not end before the instant by more than a day. */
export async function permitsOfPeople(
  tx: Transaction,
  people: readonly string[],
  at: Date,
): Promise<PermitOfPeople[]> {
  // A permit stays as it was issued: the old id of a joined file leads to the one that remains.
  const old = await remainingByOld(tx, people);
  const rows = await tx.permit.findMany({
    where: {
      people: { hasSome: [...people, ...old.keys()] },
      toAt: { gt: new Date(at.getTime() - RECENT_MS) },
      OR: [
        { state: { in: ['active', 'suspended'] } },
        { state: { in: ['closed', 'expired', 'cancelled'] }, approvedBy: { not: null } },
      ],
    },
    orderBy: { id: 'asc' },
    take: 2_000,
  });
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    area: row.areaId,
    people: [...new Set(row.people.map((one) => old.get(one) ?? one))],
    from: row.fromAt,
    to: row.toAt,
    suspendedSince: row.state === 'suspended' ? row.enteredAt : null,
    closedAt: row.closedAt,
  }));
}
