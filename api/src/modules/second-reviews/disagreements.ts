import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import { userNames } from '../../platform/workflow/record-view.ts';
import { oneselfOf } from '../violations/recusal.ts';
import { disagreementsFor, nextDiffering, tables } from './rows.ts';
import {
  type Disagreement,
  type DisagreementQuery,
  type disagreementPage,
  MOST_COUNTED,
} from './schema.ts';

type Row = Prisma.SecondReviewModel & { cameraName: unknown };

const columns = { secondAt: 'time', id: 'id' } as const;
const inTable = { secondAt: Prisma.sql`s.second_at`, id: Prisma.sql`s.id` };
const newestFirst = listOrder('disagreements of reviews', 'desc', columns);

export type Disagreements = ReturnType<typeof createDisagreements>;

/** Two verdicts that differ. They are settled by keeping the first one, or by reopening the incident as usual. */
export function createDisagreements({ units }: Pick<Platform, 'units'>) {
  async function read(
    tx: Transaction,
    where: Prisma.Sql,
    limit: number,
  ): Promise<(Row & { secondAt: Date })[]> {
    const found = await sqlIn(tx)<{ id: string; cameraName: unknown }>(Prisma.sql`
      SELECT s.id, (SELECT v.camera_name FROM violation v
        WHERE v.tenant_id = i.tenant_id AND v.id = i.main_id) AS "cameraName" FROM ${tables}
      WHERE ${where} ORDER BY ${newestFirst.bySql(inTable)} LIMIT ${limit}`);
    const rows = await tx.secondReview.findMany({
      where: { id: { in: found.map(({ id }) => id) } },
    });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return found.flatMap(({ id, cameraName }) => {
      const row = byId.get(id);
      return row?.secondAt ? [{ ...row, secondAt: row.secondAt, cameraName }] : [];
    });
  }

  async function show(
    tx: Transaction,
    account: Account,
    rows: readonly Row[],
  ): Promise<Disagreement[]> {
    const { users } = await oneselfOf(tx, account);
    const names = await userNames(
      tx,
      rows.flatMap(({ firstBy, secondBy, settledBy }) =>
        [firstBy, secondBy, settledBy].flatMap((id) => id ?? []),
      ),
    );
    const person = (id: string) => ({ id, name: names.get(id) ?? null });
    return rows.map((row) => {
      const shown = {
        id: row.id,
        incident: row.incidentId,
        site: row.site,
        rule: row.rule,
        cameraName: row.cameraName,
        startedAt: row.startedAt.toISOString(),
        own: users.includes(row.secondBy ?? ''),
        blind: row.isBlind !== false,
        first: {
          status: row.firstStatus,
          reason: row.firstReason,
          note: row.firstNote,
          by: person(row.firstBy),
          at: row.firstAt.toISOString(),
        },
        second: {
          status: row.secondStatus,
          reason: row.secondReason,
          note: row.secondNote,
          by: person(row.secondBy ?? ''),
          at: row.secondAt?.toISOString(),
        },
        settled: row.settledAt && {
          how: row.settledHow,
          note: row.settledNote,
          by: row.settledBy === null ? null : person(row.settledBy),
          at: row.settledAt.toISOString(),
        },
      };
      return shown as Disagreement;
    });
  }

  const openOnes = (tx: Transaction, account: Account) => disagreementsFor(tx, account, 'open');

  return {
    list: (user: User, query: DisagreementQuery): Promise<z.infer<typeof disagreementPage>> =>
      units.run(user, async ({ tx }) => {
        const own = await disagreementsFor(tx, user.account, query.state);
        const beyond = newestFirst.beyondSql(newestFirst.after(query.cursor), inTable);
        const found = await read(tx, Prisma.sql`${own} AND ${beyond}`, query.limit + 1);
        const { rows, next } = newestFirst.page(found, query.limit);
        return { items: await show(tx, user.account, rows), next };
      }),

    /**
     * Settles an open disagreement by keeping the first verdict.
     *
     * @throws Problem `second-review.settled`, `second-review.own` for who gave the second verdict,
     *   `second-review.unknown` also for who gave the first one.
     */
    keep: (user: User, id: string, { note }: { note: string }): Promise<Disagreement> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        await tx.$queryRaw`SELECT 1 FROM second_review WHERE id = ${id} FOR UPDATE`;
        const of = (where: Prisma.Sql) => read(tx, Prisma.sql`s.id = ${id} AND ${where}`, 1);
        const [row] = await of(await openOnes(tx, user.account));
        if (!row) {
          const [settled] = await of(await disagreementsFor(tx, user.account, 'settled'));
          throw new Problem(settled ? 'second-review.settled' : 'second-review.unknown');
        }
        const { users } = await oneselfOf(tx, user.account);
        if (users.includes(row.secondBy ?? '')) throw new Problem('second-review.own');
        const settled = {
          settledHow: 'kept',
          settledNote: note,
          settledBy: user.account.id,
          settledAt: new Date(),
        };
        await tx.secondReview.updateMany({ where: { id, settledAt: null }, data: settled });
        await unit.audit({
          action: 'keep-first',
          entity: 'second-review',
          id,
          after: { incident: row.incidentId, note },
        });
        const [shown] = await show(tx, user.account, [{ ...row, ...settled }]);
        return shown as Disagreement;
      }),

    /** Number of disagreements that the account may settle, up to {@link MOST_COUNTED}; scans the newest. */
    count: (user: User): Promise<number> =>
      units.run(user, async ({ tx }) => {
        const { users } = await oneselfOf(tx, user.account);
        const [row] = await sqlIn(tx)<{ count: number }>(Prisma.sql`
          SELECT count(*)::int AS count FROM (SELECT 1 FROM ${nextDiffering}
            WHERE ${await openOnes(tx, user.account)} AND s.second_by <> ALL (${users}::text[])
            LIMIT ${MOST_COUNTED}) AS found`);
        return row?.count ?? 0;
      }),
  };
}
