import { Prisma } from '../../../generated/prisma/client.ts';
import type { Account } from '../../../platform/access/account.ts';
import { visibleRows } from '../visibility.ts';

/** The scope of a statistic. */
export interface Scope {
  site?: string | undefined;
  floorPlan?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** The counted hazards: accepted ones, visible to the account. */
export function counted(account: Account, scope: Scope): Prisma.Sql {
  const filters = [
    visibleRows(account),
    Prisma.sql`h.outcome IS DISTINCT FROM 'rejected'`,
    ...(scope.site ? [Prisma.sql`h.site = ${scope.site}`] : []),
    ...(scope.floorPlan ? [Prisma.sql`h.floor_plan = ${scope.floorPlan}`] : []),
    ...(scope.from ? [Prisma.sql`h.reported_at >= ${new Date(scope.from)}`] : []),
    ...(scope.to ? [Prisma.sql`h.reported_at < ${new Date(scope.to)}`] : []),
  ];
  return Prisma.join(filters, ' AND ');
}

/** Open and overdue. */
export const overdue = Prisma.sql`(h.closed_at IS NULL AND h.due_at < now())`;
/** Submitted for acceptance by the first deadline of the rectification. */
export const onTime = Prisma.sql`(h.rectify_due_at IS NULL OR h.rectified_at <= h.rectify_due_at)`;
