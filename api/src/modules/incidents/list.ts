import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import { allOf, anyOf, within } from '../../platform/kit/sql.ts';
import { actsWithin, type Reader, wholeActs } from '../violations/reach.ts';
import { inGroup } from './group-keys.ts';
import type { IncidentQuery } from './schema.ts';

const columns = { startedAt: 'time', id: 'id' } as const;
const inTable = { startedAt: Prisma.sql`i.started_at`, id: Prisma.sql`i.id` };
const orders = {
  newest: listOrder('incidents newest', 'desc', columns),
  oldest: listOrder('incidents oldest', 'asc', columns),
};

/** One page of ids, and the cursor of the next one. */
export async function findPage(
  tx: Transaction,
  reader: Reader,
  query: IncidentQuery,
): Promise<{ ids: string[]; next: string | null }> {
  const order = orders[query.order];
  const group = query.group === undefined ? null : inGroup(reader, query.group);
  const where = [
    ...conditionsOf(reader, query),
    ...(group ? [group.condition] : []),
    order.beyondSql(order.after(query.cursor), inTable),
  ];
  const found = await sqlIn(tx)<{ id: string; startedAt: Date }>(Prisma.sql`
    SELECT i.id, i.started_at AS "startedAt" FROM incident i ${group?.join ?? Prisma.empty}
    WHERE ${allOf(where)} ORDER BY ${order.bySql(inTable)} LIMIT ${query.limit + 1}`);
  const { rows, next } = order.page(found, query.limit);
  return { ids: rows.map(({ id }) => id), next };
}

/** The filters of a list, as conditions on `incident i`. */
export const conditionsOf = (
  reader: Reader,
  query: Omit<IncidentQuery, 'limit' | 'cursor' | 'order' | 'group'>,
): Prisma.Sql[] => [
  Prisma.sql`i.merged_into IS NULL`,
  actsWithin(reader),
  ...statusSql(query.status),
  ...(query.rule?.length
    ? [
        Prisma.sql`EXISTS (SELECT 1 FROM unnest(i.rules) AS kind
          WHERE kind = ANY (${query.rule}::text[]) OR split_part(kind, '/', 1) = ANY (${query.rule}::text[]))`,
      ]
    : []),
  ...overlaps(Prisma.sql`i.cameras`, query.camera),
  ...anyOf(Prisma.sql`i.severity`, query.severity),
  ...(query.finding === undefined
    ? []
    : [
        Prisma.sql`i.id = (SELECT f.incident_id FROM incident_finding f WHERE f.finding_id = ${query.finding})`,
      ]),
  ...claimSql(query.claim, reader.account.id),
  ...within(Prisma.sql`i.started_at`, query.from, query.to),
  ...within(Prisma.sql`i.opened_at`, query.openedFrom, undefined),
];

/** What joined a decided incident waits, too. */
function statusSql(statuses: IncidentQuery['status']): Prisma.Sql[] {
  if (!statuses?.length) return [];
  const either = [
    ...(statuses.includes('pending') ? [Prisma.sql`i.undecided > 0`] : []),
    ...anyOf(
      Prisma.sql`i.status`,
      statuses.filter((one) => one !== 'pending'),
    ),
  ];
  return [Prisma.sql`(${Prisma.join(either, ' OR ')})`];
}

function claimSql(claim: IncidentQuery['claim'], account: string): Prisma.Sql[] {
  if (claim === undefined) return [];
  // Few at most: read first, so that the list is not gone through for them.
  if (claim === 'mine') {
    return [
      Prisma.sql`i.id = ANY (ARRAY(SELECT c.incident_id FROM incident_claim c
        WHERE c.user_id = ${account} AND c.until > now()))`,
    ];
  }
  return [
    Prisma.sql`NOT EXISTS (SELECT 1 FROM incident_claim c WHERE c.tenant_id = i.tenant_id
      AND c.incident_id = i.id AND c.until > now() AND c.user_id <> ${account})`,
  ];
}

const overlaps = (column: Prisma.Sql, values: readonly string[] | undefined): Prisma.Sql[] =>
  values?.length ? [Prisma.sql`${column} && ${[...values]}::text[]`] : [];

/**
 * How many wait for a verdict of those that the reader sees whole.
 *
 * @param openedFrom also how many of them were recorded then or later.
 */
export async function countWaiting(
  tx: Transaction,
  reader: Reader,
  openedFrom?: string,
): Promise<{ pending: number; opened?: number }> {
  const since = openedFrom === undefined ? null : new Date(openedFrom);
  const [row] = await sqlIn(tx)<{ pending: number; opened: number }>(Prisma.sql`
    SELECT count(*)::int AS pending,
      count(*) FILTER (WHERE i.opened_at >= ${since}::timestamptz)::int AS opened
    FROM incident i WHERE i.merged_into IS NULL AND i.undecided > 0 AND ${wholeActs(reader)}`);
  const { pending = 0, opened = 0 } = row ?? {};
  return since === null ? { pending } : { pending, opened };
}
