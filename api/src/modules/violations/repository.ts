import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { listOrder, type Position } from '../../platform/kit/list-order.ts';
import { allOf, anyOf, within } from '../../platform/kit/sql.ts';
import { ofKinds } from './kind.ts';
import { findingsWithin, type Reader, seesAll } from './reach.ts';
import type { ListQuery } from './schema.ts';
import type { TradeColumns } from './trade.ts';

/** A row of the table. */
export type ViolationRow = Prisma.ViolationModel;

export function findViolation(tx: Transaction, id: string): Promise<ViolationRow | null> {
  return tx.violation.findFirst({ where: { id } });
}

/** A violation within the reader's reach; without a reader, any. */
export async function findWithin(
  tx: Transaction,
  reader: Reader | undefined,
  id: string,
): Promise<ViolationRow | null> {
  if (reader && !seesAll(reader)) {
    const [found] = await sqlIn(tx)<{ id: string }>(Prisma.sql`
      SELECT v.id FROM violation v WHERE v.id = ${id} AND ${findingsWithin(reader, 'one')}`);
    if (!found) return null;
  }
  return findViolation(tx, id);
}

const columns = { startedAt: 'time', id: 'id' } as const;
const inTable = { startedAt: Prisma.sql`v.started_at`, id: Prisma.sql`v.id` };
/** The orders of the list; ties are broken by id. */
export const violationOrders = {
  newest: listOrder('violations newest', 'desc', columns),
  oldest: listOrder('violations oldest', 'asc', columns),
};

/** One more row than the page: it shows that there is a next page. */
export async function findPage(
  tx: Transaction,
  reader: Reader,
  query: ListQuery,
  after: Position<typeof columns> | null,
): Promise<ViolationRow[]> {
  const order = violationOrders[query.order];
  const where = [
    findingsWithin(reader),
    ...anyOf(Prisma.sql`v.status`, query.status),
    ...(query.rule?.length ? [ofKinds(query.rule)] : []),
    ...anyOf(Prisma.sql`v.camera`, query.camera),
    ...within(Prisma.sql`v.started_at`, query.from, query.to),
    order.beyondSql(after, inTable),
  ];
  const found = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT v.id FROM violation v WHERE ${allOf(where)}
    ORDER BY ${order.bySql(inTable)} LIMIT ${query.limit + 1}`);
  const rows = await tx.violation.findMany({ where: { id: { in: found.map(({ id }) => id) } } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return found.flatMap(({ id }) => byId.get(id) ?? []);
}

export async function countPending(tx: Transaction, reader: Reader): Promise<number> {
  if (seesAll(reader)) return tx.violation.count({ where: { status: 'pending' } });
  const [row] = await sqlIn(tx)<{ count: number }>(Prisma.sql`
    SELECT count(*)::int AS count FROM violation v
    WHERE v.status = 'pending' AND ${findingsWithin(reader)}`);
  return row?.count ?? 0;
}

/** Number of violations by status. */
export async function countByStatus(tx: Transaction): Promise<Map<string, number>> {
  const groups = await tx.violation.groupBy({ by: ['status'], _count: true });
  return new Map(groups.map((group) => [group.status, group._count]));
}

/** The person that a violation is of, and by what. */
export interface PersonColumns {
  personId: string | null;
  personBasis: string | null;
  personReason: string | null;
}

/** Columns of a verdict; all null where it is undone. */
export interface Review {
  status: 'pending' | 'confirmed' | 'dismissed';
  by: { id: string; displayName: { zh: string; en: string } } | null;
  at: Date | null;
  reason: string | null;
  note: string | null;
  /** Columns of the person that it is of; null leaves them. */
  person: PersonColumns | null;
  /** Columns of its trade; null leaves them. */
  trade: TradeColumns | null;
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
      ...review.person,
      ...review.trade,
    },
  });
  if (count === 1 && review.status === 'confirmed') await noteBinding(tx, id);
  return count === 1;
}

/** Notes by which binding of a badge the person of a violation was found. */
const noteBinding = (tx: Transaction, id: string) =>
  sqlIn(tx)(Prisma.sql`
    UPDATE violation v SET person_badge_id = (
      SELECT c.badge_id FROM violation_candidate c
      WHERE c.tenant_id = v.tenant_id AND c.violation_id = v.id AND c.person_id = v.person_id
      ORDER BY (c.handle = v.identity->>'handle') DESC NULLS LAST, c.handle LIMIT 1)
    WHERE v.id = ${id} AND v.person_basis IS DISTINCT FROM 'session'`);

export async function addVerdict(
  tx: Transaction,
  verdict: Prisma.VerdictUncheckedCreateInput,
): Promise<void> {
  await tx.verdict.create({ data: verdict });
}

export function findVerdicts(tx: Transaction, violationId: string) {
  return tx.verdict.findMany({ where: { violationId }, orderBy: { version: 'asc' } });
}
