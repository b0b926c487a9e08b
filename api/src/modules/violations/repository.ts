import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { listOrder, type Position } from '../../platform/kit/list-order.ts';
import { whereKinds } from './kind.ts';
import type { ListQuery } from './schema.ts';

/** A row of the table. */
export type ViolationRow = Prisma.ViolationModel;

export function findViolation(tx: Transaction, id: string): Promise<ViolationRow | null> {
  return tx.violation.findFirst({ where: { id } });
}

const columns = { startedAt: 'time', id: 'id' } as const;
/** The orders of the list; ties are broken by id. */
export const violationOrders = {
  newest: listOrder('violations newest', 'desc', columns),
  oldest: listOrder('violations oldest', 'asc', columns),
};

/** One more row than the page: it shows that there is a next page. */
export function findPage(
  tx: Transaction,
  query: ListQuery,
  after: Position<typeof columns> | null,
): Promise<ViolationRow[]> {
  const order = violationOrders[query.order];
  const where: Prisma.ViolationWhereInput = {
    ...(query.status?.length ? { status: { in: query.status } } : {}),
    ...(query.rule?.length ? { AND: whereKinds(query.rule) } : {}),
    ...(query.camera?.length ? { camera: { in: query.camera } } : {}),
    startedAt: {
      ...(query.from ? { gte: new Date(query.from) } : {}),
      ...(query.to ? { lt: new Date(query.to) } : {}),
    },
    ...order.beyond<Prisma.ViolationWhereInput>(after),
  };
  return tx.violation.findMany({
    where,
    orderBy: order.by(),
    take: query.limit + 1,
  });
}

export function countPending(tx: Transaction): Promise<number> {
  return tx.violation.count({ where: { status: 'pending' } });
}

/** Number of violations by status. */
export async function countByStatus(tx: Transaction): Promise<Map<string, number>> {
  const groups = await tx.violation.groupBy({ by: ['status'], _count: true });
  return new Map(groups.map((group) => [group.status, group._count]));
}

/** Columns of a verdict; all null where it is undone. */
export interface Review {
  status: 'pending' | 'confirmed' | 'dismissed';
  by: { id: string; displayName: { zh: string; en: string } } | null;
  at: Date | null;
  reason: string | null;
  note: string | null;
}

/**
 * Writes a review where the row still has the reviewer's version.
 *
 * @returns whether it did.
 */
export async function reviewAtVersion(
  tx: Transaction,
  id: string,
  version: number,
  review: Review,
): Promise<boolean> {
  const { count } = await tx.violation.updateMany({
    where: { id, version },
    data: {
      status: review.status,
      version: version + 1,
      reviewedBy: review.by?.id ?? null,
      reviewedByName: review.by?.displayName ?? Prisma.DbNull,
      reviewedAt: review.at,
      reviewReason: review.reason,
      reviewNote: review.note,
    },
  });
  return count === 1;
}

export async function addVerdict(
  tx: Transaction,
  verdict: Prisma.VerdictUncheckedCreateInput,
): Promise<void> {
  await tx.verdict.create({ data: verdict });
}

export function findVerdicts(tx: Transaction, violationId: string) {
  return tx.verdict.findMany({ where: { violationId }, orderBy: { version: 'asc' } });
}
