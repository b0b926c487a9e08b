import type { Outputs } from '@anshi/contracts';
import type { Transaction } from '../db/database.ts';
import type { User } from '../kit/routes.ts';
import { answerFrom } from '../kit/rows.ts';
import type { Actions } from './actions.ts';
import { type CommandRow, parametersOf, stateOf } from './rows.ts';
import { type CommandDetail, type CommandStep, type CommandView, commandSchema } from './schema.ts';
import { mayHaveActed } from './states.ts';

type Name = { zh: string; en: string };

/** The names of users. */
async function namesOf(tx: Transaction, ids: readonly (string | null)[]) {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  const users = await tx.appUser.findMany({
    where: { id: { in: wanted } },
    select: { id: true, displayName: true },
  });
  const names = new Map(users.map(({ id, displayName }) => [id, displayName as Name]));
  return (id: string | null) => (id === null ? null : (names.get(id) ?? null));
}

/** Commands as this account may see them. */
export async function showAll(
  tx: Transaction,
  rows: readonly CommandRow[],
  actions: Actions,
  { account }: User,
): Promise<CommandView[]> {
  const nameOf = await namesOf(
    tx,
    rows.flatMap(({ requestedBy, approvedBy }) => [requestedBy, approvedBy]),
  );
  const reversals = await tx.command.findMany({
    where: { reverses: { in: rows.map(({ id }) => id) } },
    select: { id: true, reverses: true },
  });
  const reversedBy = new Map(reversals.map(({ id, reverses }) => [reverses, id]));
  return rows.map((row) => {
    const state = stateOf(row);
    const reversal = actions.find(row.deviceKind, row.action)?.reversal ?? null;
    return answerFrom(commandSchema, row, {
      deviceName: row.deviceName as Name,
      parameters: parametersOf(row),
      cause: row.cause as CommandView['cause'],
      state,
      requestedBy: nameOf(row.requestedBy),
      approvedBy: nameOf(row.approvedBy),
      reversedBy: reversedBy.get(row.id) ?? null,
      readBack: row.readBack as Outputs | null,
      mayApprove:
        state === 'awaiting-approval' &&
        row.requestedBy !== account.id &&
        account.permissions.has('command:approve'),
      mayReverse:
        reversal !== null &&
        mayHaveActed(state, row.sentAt !== null) &&
        !reversedBy.has(row.id) &&
        account.permissions.has('command:request'),
    });
  });
}

/** A command with its steps. */
export async function showDetail(
  tx: Transaction,
  row: CommandRow,
  actions: Actions,
  user: User,
): Promise<CommandDetail> {
  const [shown] = await showAll(tx, [row], actions, user);
  const steps = await tx.commandStep.findMany({
    where: { commandId: row.id },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
  });
  const nameOf = await namesOf(
    tx,
    steps.map(({ byUser }) => byUser),
  );
  return {
    ...(shown as CommandView),
    steps: steps.map(({ at, what, byUser, note, readBack }) => ({
      at: at.toISOString(),
      what: what as CommandStep['what'],
      by: nameOf(byUser),
      note,
      readBack: readBack as Outputs | null,
    })),
  };
}
