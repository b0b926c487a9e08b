import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { versionConflict } from '../../platform/kit/save.ts';
import { allOf, anyOf } from '../../platform/kit/sql.ts';
import type { Platform } from '../../platform/module.ts';
import {
  common,
  detailOf,
  type EventRow,
  inTable,
  newestFirst,
  rowsWhere,
  show,
  within,
} from './event-rows.ts';
import type * as schema from './schema.ts';
import { wordsOf } from './words.ts';

async function find(tx: Transaction, account: Account, id: string): Promise<EventRow> {
  const where = Prisma.sql`e.id = ${id} AND ${within(account, 'fence:read')}`;
  const [row] = await rowsWhere(tx, account, where, 1);
  if (!row) throw new Problem('fence.event-unknown');
  return row;
}

export type FenceEvents = ReturnType<typeof createFenceEvents>;

/** What happened at fences: for those in charge, and for the person. */
export function createFenceEvents({ units }: Pick<Platform, 'units'>) {
  return {
    list: (
      user: User,
      query: z.infer<typeof schema.eventQuery>,
    ): Promise<z.infer<typeof schema.eventPage>> =>
      units.run(user, async ({ tx }) => {
        const { account } = user;
        const isAcknowledged = Prisma.sql`e.acknowledged_at IS NOT NULL`;
        const where = allOf([
          within(account, 'fence:read'),
          ...anyOf(Prisma.sql`e.state`, query.state),
          ...anyOf(Prisma.sql`e.kind`, query.kind && [query.kind]),
          ...anyOf(Prisma.sql`e.area_id`, query.area ? [query.area] : []),
          ...anyOf(Prisma.sql`e.fence_id`, query.fence ? [query.fence] : []),
          ...(query.acknowledged === undefined
            ? []
            : [
                query.acknowledged === 'yes' ? isAcknowledged : Prisma.sql`NOT (${isAcknowledged})`,
              ]),
          newestFirst.beyondSql(newestFirst.after(query.cursor), inTable),
        ]);
        const found = await rowsWhere(tx, account, where, query.limit + 1);
        const { rows, next } = newestFirst.page(found, query.limit);
        return { items: rows.map((row) => show(row, account)), next };
      }),

    get: (user: User, id: string): Promise<z.infer<typeof schema.eventDetail>> =>
      units.run(user, async ({ tx }) =>
        detailOf(tx, await find(tx, user.account, id), user.account),
      ),

    /**
     * Notes that it was looked at, once.
     *
     * @throws Problem `fence.event-unknown`, `fence.own`, `fence.acknowledged`, `fence.event-version-conflict`.
     */
    acknowledge: (
      user: User,
      id: string,
      { version, note }: z.infer<typeof schema.acknowledgeBody>,
    ): Promise<z.infer<typeof schema.eventDetail>> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { account } = user;
        const where = Prisma.sql`e.id = ${id} AND ${within(account, 'fence:review')}`;
        const [row] = await rowsWhere(tx, account, where, 1);
        if (!row) throw new Problem('fence.event-unknown');
        if (row.personId !== null && row.personId === account.person)
          throw new Problem('fence.own');
        if (row.acknowledgedAt !== null) throw new Problem('fence.acknowledged');
        const { count } = await tx.fenceEvent.updateMany({
          where: { id, version, acknowledgedAt: null },
          data: {
            acknowledgedBy: account.id,
            acknowledgedAt: new Date(),
            note,
            version: version + 1,
          },
        });
        if (count === 0) throw versionConflict('fence.event-version-conflict', show(row, account));
        const after = note === null ? {} : { note };
        const { personId: person } = row;
        await unit.audit({
          action: 'acknowledge-fence-event',
          entity: 'fence-event',
          id,
          person,
          after,
        });
        await unit.emit({
          entity: 'fence-event',
          what: 'acknowledged',
          subject: id,
          data: { event: id },
        });
        return detailOf(tx, (await rowsWhere(tx, account, where, 1))[0] as EventRow, account);
      }),

    /** Those of the person, with all reasons. */
    own: (
      user: User,
      query: z.infer<typeof schema.ownQuery>,
    ): Promise<z.infer<typeof schema.ownPage>> =>
      units.run(user, async ({ tx }) => {
        const { account } = user;
        const where = allOf([
          Prisma.sql`e.person_id = ${account.person}`,
          newestFirst.beyondSql(newestFirst.after(query.cursor), inTable),
        ]);
        const found = await rowsWhere(tx, account, where, query.limit + 1);
        const { rows, next } = newestFirst.page(found, query.limit);
        const items = rows.map((row) => ({
          ...common(row),
          reasons: row.reasons.map(({ code, about }) => ({ code, about, ...wordsOf(code) })),
        }));
        return { items, next };
      }),
  };
}
