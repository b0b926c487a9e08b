import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import { Problem } from '../../platform/http/errors.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Workflows } from '../../platform/workflow/engine-types.ts';
import { flowsOf } from '../../platform/workflow/record-columns.ts';
import {
  REMOVED,
  showCase,
  showTransition,
  userNames,
} from '../../platform/workflow/record-view.ts';
import { EXPIRE, PERMIT } from './flow.ts';
import { type PermitView, permitRow, type PermitRow as Shown } from './schema.ts';

export type PermitRow = Prisma.PermitModel;

/** Whether a permit holds: its times count at once, whatever the job that ends it does. */
export const holds = (
  { state, fromAt, toAt }: Pick<PermitRow, 'state' | 'fromAt' | 'toAt'>,
  now: Date,
): boolean => state === 'active' && fromAt <= now && now < toAt;

/** {@link holds} for the query builder. */
export const holding = (now: Date) =>
  ({ state: 'active', fromAt: { lte: now }, toAt: { gt: now } }) satisfies Prisma.PermitWhereInput;

export async function findPermit(tx: Transaction, id: string): Promise<PermitRow> {
  const row = await tx.permit.findFirst({ where: { id } });
  if (!row) throw new Problem('permit.unknown');
  return row;
}

/** People of the register by id, with the names of their departments. */
export async function peopleOf(tx: Transaction, where: Prisma.PersonWhereInput, take: number) {
  const rows = await tx.person.findMany({
    where,
    select: { id: true, name: true, department: { select: { name: true } } },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take,
  });
  return rows.map(({ id, name, department }) => ({
    id,
    name,
    department: department.name as Bilingual,
  }));
}

export type PermitRecords = ReturnType<typeof createPermitRecords>;

/** Shows permits. */
export function createPermitRecords(workflows: Pick<Workflows, 'definition' | 'available'>) {
  async function showRows(tx: Transaction, rows: readonly PermitRow[]): Promise<Shown[]> {
    const words = await wordsIn(tx, 'special-work');
    const areas = await tx.area.findMany({
      where: { id: { in: rows.map(({ areaId }) => areaId) } },
      select: { id: true, name: true },
    });
    const named = [...new Set(rows.flatMap(({ people }) => people))];
    const people = named.length > 0 ? await peopleOf(tx, { id: { in: named } }, named.length) : [];
    const users = await userNames(
      tx,
      rows.flatMap(({ assignees, applicantId, approvedBy }) => [
        ...assignees,
        applicantId,
        ...(approvedBy ? [approvedBy] : []),
      ]),
    );
    const user = (id: string) => ({ id, displayName: users.get(id) ?? REMOVED });
    const flows = await flowsOf(workflows, tx, PERMIT, rows);
    const now = new Date();
    return rows.map((row) =>
      answerFrom(permitRow, row, {
        ...showCase(row, flows.get(row.flowVersion), users),
        kindName: words.find(({ id }) => id === row.kind)?.name ?? { zh: row.kind, en: row.kind },
        areaName: (areas.find(({ id }) => id === row.areaId)?.name as Bilingual) ?? null,
        people: row.people.flatMap((id) => people.find((one) => one.id === id) ?? []),
        applicant: user(row.applicantId),
        approvedBy: row.approvedBy === null ? null : user(row.approvedBy),
        inForce: holds(row, now),
      }),
    );
  }

  return {
    showRows,

    /** With what the account may do. It ends by itself: that step is nobody's. */
    async show(unit: Unit, account: Account, row: PermitRow): Promise<PermitView> {
      const [shown] = await showRows(unit.tx, [row]);
      const transitions = await workflows.available(unit, account, { id: row.caseId });
      return {
        ...(shown as Shown),
        transitions: transitions.filter(({ id }) => id !== EXPIRE).map(showTransition),
        mayChange: row.state === 'draft' && row.applicantId === account.id,
      };
    },
  };
}
