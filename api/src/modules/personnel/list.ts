import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { contains } from '../../platform/kit/sql.ts';
import type { Statement, StatementQuery, StatementView, statementPage } from './schema.ts';

export type Row = Prisma.PersonnelStatementModel;
const newestFirst = listOrder('personnel statements', 'desc', { id: 'id' });

/** Rows as answered, with the names of the people. */
export async function showStatements(
  tx: Transaction,
  rows: readonly Row[],
): Promise<StatementView[]> {
  const ids = rows.flatMap(({ personId }) => personId ?? []);
  const people = await tx.person.findMany({
    where: { id: { in: ids } },
    select: { id: true, name: true },
  });
  const byId = new Map(people.map((one) => [one.id, one]));
  return rows.map((row) => {
    const stated = row.statement as Statement;
    const { employeeNo, name, department, post = null, status } = stated;
    return {
      id: row.id,
      system: row.system,
      externalId: row.externalId,
      statedAt: row.statedAt.toISOString(),
      receivedAt: row.receivedAt.toISOString(),
      state: row.state as StatementView['state'],
      changes: row.changes as StatementView['changes'],
      effectiveOn: dayText(row.effectiveOn),
      employeeNo,
      name,
      department,
      post,
      status,
      kind: stated.kind ?? null,
      company: stated.company ?? null,
      person: byId.get(row.personId ?? '') ?? null,
      problem: row.problem,
      detail: row.detail,
      decidedAt: row.decidedAt.toISOString(),
    };
  });
}

/** The statements of all personnel systems, newest first. */
export const createStatementList = ({ units }: { units: Units }) => ({
  list: (user: User, { state, q, cursor, limit }: StatementQuery) =>
    units.run(user, async ({ tx }): Promise<z.infer<typeof statementPage>> => {
      const stated = (field: string, text: string): Prisma.PersonnelStatementWhereInput => ({
        statement: { path: [field], string_contains: text, mode: 'insensitive' },
      });
      const found = await tx.personnelStatement.findMany({
        where: {
          AND: [
            state ? { state: { in: state } } : {},
            q
              ? {
                  OR: [stated('name', q), stated('employeeNo', q), { externalId: contains(q) }],
                }
              : {},
            newestFirst.beyond(newestFirst.after(cursor)),
          ],
        },
        orderBy: newestFirst.by(),
        take: limit + 1,
      });
      const { rows, next } = newestFirst.page(found, limit);
      const refused = await tx.personnelStatement.count({ where: { state: 'refused' } });
      return { items: await showStatements(tx, rows), next, refused };
    }),
});
