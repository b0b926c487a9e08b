import type { Outputs } from '@anshi/contracts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { AuditAction } from '../audit/words.ts';
import type { Transaction } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { type CommandEvent, type CommandState, nextState } from './states.ts';

export type CommandRow = Prisma.CommandModel;

export const stateOf = (row: Pick<CommandRow, 'state'>): CommandState => row.state as CommandState;
export const parametersOf = (row: Pick<CommandRow, 'parameters'>): Outputs =>
  row.parameters as Outputs;

/**
 * Locks a command until the end of the unit, and reads it.
 *
 * @param options.wait false: null where another process holds it.
 */
export async function hold(
  tx: Transaction,
  id: string,
  { wait = true }: { wait?: boolean } = {},
): Promise<CommandRow | null> {
  const rows = wait
    ? await tx.$queryRaw<object[]>`SELECT 1 FROM command WHERE id = ${id} FOR UPDATE`
    : await tx.$queryRaw<object[]>`SELECT 1 FROM command WHERE id = ${id} FOR UPDATE SKIP LOCKED`;
  return rows.length === 0 ? null : tx.command.findFirst({ where: { id } });
}

/** Says that something happened to a command, for its timeline. */
export async function noteStep(
  { tx, caller }: Unit,
  commandId: string,
  step: { what: string; note?: string | null; readBack?: Outputs | null },
): Promise<void> {
  const { what, note = null, readBack } = step;
  await tx.commandStep.create({
    data: {
      tenantId: caller.tenant,
      id: newId(),
      commandId,
      at: new Date(),
      what,
      byUser: caller.account?.id ?? null,
      note,
      ...(readBack ? { readBack } : {}),
    },
  });
}

/** The words of the audit log for what happens to a command; sending is in its timeline alone. */
const lines: Partial<Record<CommandEvent, AuditAction>> = {
  approved: 'approve-command',
  declined: 'decline-command',
  done: 'command-done',
  refused: 'command-refused',
  failed: 'command-failed',
  blocked: 'command-failed',
  expired: 'command-expired',
};

/**
 * Moves a command on: row, step, line of the audit log and event, in one unit.
 *
 * @param row held by this unit.
 * @returns the row as it is now; null where the event changes nothing.
 */
export async function move(
  unit: Unit,
  row: CommandRow,
  event: CommandEvent,
  more: {
    data?: Prisma.CommandUpdateInput;
    note?: string | null;
    readBack?: Outputs | null;
  } = {},
): Promise<CommandRow | null> {
  const state = nextState(stateOf(row), event, row.sentAt !== null);
  if (state === null) return null;
  const { data = {}, note = null, readBack = null } = more;
  const isEnd = ['done', 'refused', 'failed', 'expired'].includes(state);
  const { id, version } = row;
  const [now] = await unit.tx.command.updateManyAndReturn({
    where: { id },
    data: {
      ...(data as Prisma.CommandUpdateManyMutationInput),
      state,
      version: version + 1,
      ...(isEnd ? { endedAt: new Date(), sendAt: null } : {}),
      ...(readBack ? { readBack } : {}),
      // What was refused needs no undoing.
      ...(state === 'refused' ? { revertAt: null } : {}),
    },
  });
  if (!now) return null;
  const isAgain = event === 'sent' && row.sentAt !== null;
  await noteStep(unit, id, { what: isAgain ? 'sent-again' : event, note, readBack });
  if (isAgain) return now;
  const action = lines[event];
  if (action) {
    const { device, action: what } = row;
    await unit.audit({
      action,
      entity: 'command',
      id,
      before: { state: row.state },
      after: { state, device, action: what, ...(readBack ? { readBack } : {}) },
      reason: note,
    });
  }
  await emitState(unit, now, event);
  return now;
}

/** Tells others of a command: browsers, integrators, other modules. Ids only. */
export async function emitState(unit: Unit, row: CommandRow, what: string): Promise<void> {
  const { id, device, action, state, version, cause, act, fault } = row;
  await unit.emit({
    entity: 'command',
    what,
    subject: id,
    data: { command: id, device, action, state, cause, act, fault, version },
  });
}
