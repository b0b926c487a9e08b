import { severity } from '@anshi/contracts';
import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { type Account, actorOf } from '../../platform/access/account.ts';
import { type Database, sqlIn, type Transaction } from '../../platform/db/database.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import { allOf } from '../../platform/kit/sql.ts';
import { asReader } from '../violations/reach.ts';
import { type Grouping, groupings } from './group-form.ts';
import { groupSql } from './group-keys.ts';
import type { GroupQuery, groupPage } from './groups-schema.ts';
import { conditionsOf } from './list.ts';

type Group = z.infer<typeof groupPage>['items'][number];
interface Row {
  key: string;
  count: number;
  oldest: Date;
  /** The most urgent are first: 0 for the highest severity. */
  urgency: number;
  /** A finding of the group that the reader sees. */
  sample: string;
}

const columns = { urgency: 'number', oldest: 'time', key: 'text' } as const;
const inTable = {
  urgency: Prisma.sql`g.urgency`,
  oldest: Prisma.sql`g.oldest`,
  key: Prisma.sql`g.key`,
};
const orderOf = (by: Grouping) => listOrder(`incident groups by ${by}`, 'asc', columns);
const orders = new Map(groupings.map((by) => [by, orderOf(by)]));

/** The groups of the incidents that an account sees: the most severe first, of those the one that waits longest. */
export const listGroups = (
  database: Database,
  account: Account,
  query: GroupQuery,
): Promise<z.infer<typeof groupPage>> =>
  database.transaction(actorOf(account), async (tx) => {
    const reader = asReader(account);
    const order = orders.get(query.by) ?? orderOf(query.by);
    const { join, key } = groupSql(reader, query.by);
    const found = await sqlIn(tx)<Row>(Prisma.sql`
      SELECT g.* FROM (
        SELECT ${key} AS key, count(*)::int AS count, min(seen.started) AS oldest,
          ${severity.options.length}::int - max(seen.rank) AS urgency, max(seen.main) AS sample
        FROM incident i ${join} WHERE ${allOf(conditionsOf(reader, query))} GROUP BY 1) g
      WHERE ${order.beyondSql(order.after(query.cursor), inTable)}
      ORDER BY ${order.bySql(inTable)} LIMIT ${query.limit + 1}`);
    const { rows, next } = order.page(found, query.limit);
    return { items: await named(tx, query.by, rows), next };
  });

/** With the names that a header shows. */
async function named(tx: Transaction, by: Grouping, rows: readonly Row[]): Promise<Group[]> {
  const people =
    by === 'person'
      ? await tx.person.findMany({
          where: { id: { in: rows.map(({ key }) => key) } },
          select: { id: true, name: true },
        })
      : [];
  const seen =
    by === 'camera'
      ? await tx.violation.findMany({
          where: { id: { in: rows.map(({ sample }) => sample) } },
          select: { id: true, cameraName: true },
        })
      : [];
  const nameOf = new Map(people.map(({ id, name }) => [id, name]));
  const cameraOf = new Map(seen.map(({ id, cameraName }) => [id, cameraName]));
  return rows.map(({ key, count, oldest, urgency, sample }) => ({
    group: `${by}:${key}`,
    count,
    oldest: oldest.toISOString(),
    severity: severity.options[severity.options.length - urgency - 1] ?? 'low',
    person: by === 'person' && key !== '' ? { id: key, name: nameOf.get(key) ?? '' } : null,
    cameraName: (cameraOf.get(sample) ?? null) as Group['cameraName'],
  }));
}
