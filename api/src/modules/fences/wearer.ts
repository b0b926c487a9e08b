import type { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { stateOf } from './state.ts';

/** Who wears a badge. */
export interface Bound {
  person: string | null;
  /** Ms since the epoch; 0 for a badge without a wearer. */
  since: number;
}

/** Who wears a badge now, and since when. */
export async function wearerOf(tx: Transaction, badge: string): Promise<Bound> {
  const bound = await tx.badge.findFirst({ where: { badge, until: null } });
  return bound
    ? { person: bound.personId, since: bound.since.getTime() }
    : { person: null, since: 0 };
}

/**
 * The time around an instant in which a badge was worn by the person, or by no one: positions beyond it are of others.
 *
 * @returns null where it was not.
 */
export async function wornAround(
  tx: Transaction,
  badge: string,
  person: string | null,
  at: Date,
): Promise<{ from: Date | null; to: Date | null } | null> {
  const isThen = { since: { lte: at }, OR: [{ until: null }, { until: { gt: at } }] };
  const bound = await tx.badge.findFirst({ where: { badge, ...isThen } });
  if ((bound?.personId ?? null) !== person) return null;
  if (bound) return { from: bound.since, to: bound.until };
  const [before, next] = [
    await tx.badge.findFirst({
      where: { badge, until: { lte: at } },
      orderBy: { until: 'desc' },
    }),
    await tx.badge.findFirst({ where: { badge, since: { gt: at } }, orderBy: { since: 'asc' } }),
  ];
  return { from: before?.until ?? null, to: next?.since ?? null };
}

/** Whether what is known of a badge was heard since it is worn as it is now. */
export const isOfWearer = (
  row: Pick<Prisma.FenceTrackModel, 'personId' | 'state'> | null,
  { person, since }: Bound,
): boolean =>
  row !== null && row.personId === person && (stateOf(row).track.now.last?.at ?? since) >= since;
