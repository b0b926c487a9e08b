import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { acknowledge, acknowledgedSql } from '../../platform/kit/acknowledgement.ts';
import type { User } from '../../platform/kit/routes.ts';
import { allOf, anyOf } from '../../platform/kit/sql.ts';
import type { Platform } from '../../platform/module.ts';
import { idsOfPersonSql } from '../people/merged.ts';
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
        const where = allOf([
          within(account, 'fence:read'),
          ...anyOf(Prisma.sql`e.state`, query.state),
          ...anyOf(Prisma.sql`e.kind`, query.kind && [query.kind]),
          ...anyOf(Prisma.sql`e.area_id`, query.area ? [query.area] : []),
          ...anyOf(Prisma.sql`e.fence_id`, query.fence ? [query.fence] : []),
          ...acknowledgedSql(Prisma.sql`e.acknowledged_at`, query.acknowledged),
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
        await acknowledge(unit, account, {
          entity: 'fence-event',
          action: 'acknowledge-fence-event',
          id,
          version,
          note,
          person: row.personId,
          acknowledgedAt: row.acknowledgedAt,
          problems: {
            own: 'fence.own',
            done: 'fence.acknowledged',
            conflict: 'fence.event-version-conflict',
          },
          write: (data) =>
            tx.fenceEvent.updateMany({ where: { id, version, acknowledgedAt: null }, data }),
          show: () => show(row, account),
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
          Prisma.sql`e.person_id IN ${idsOfPersonSql(account.person)}`,
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
