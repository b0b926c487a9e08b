import type { CommandCause, Outputs } from '@anshi/contracts';
import { holdersOf } from '../access/holders.ts';
import { newId } from '../db/ids.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import { noticeLink } from '../notices/kinds.ts';
import type { Notices } from '../notices/types.ts';
import type { Actions } from './actions.ts';
import { type CommandRow, emitState, noteStep } from './rows.ts';

/** How long a command waits for a second person, ms. */
export const APPROVE_WITHIN_MS = 15 * 60_000;

/** A command as a module gives it. */
export interface CommandRequest {
  /** Name of the device on the bus. */
  device: string;
  /** Its kind: which actions there are. */
  kind: string;
  /** What it is called now. */
  name: { zh: string; en: string };
  action: string;
  parameters: Outputs;
  /** Whether the device is set so that its commands need a second person. */
  secondPerson: boolean;
  cause: CommandCause;
  reason: string | null;
  /** Sent again with the same one, the request is the same. */
  key: string;
  /** The rule or program that gives it, where the caller is no person. */
  rule?: string;
  /** Commands of one occasion prolong what runs. */
  act?: string | null;
  /** The command that it undoes. */
  reverses?: string | null;
}

/**
 * Gives a command in the unit of the caller: it is sent once that commits, or waits for the second
 * person.
 *
 * @returns the command, and whether it is a new one.
 * @throws Problem `command.unknown-action`, `command.parameters`, `command.key-taken`.
 */
export async function requestCommand(
  { actions, notices }: { actions: Actions; notices: Notices },
  unit: Unit,
  asked: CommandRequest,
): Promise<{ row: CommandRow; isNew: boolean }> {
  const { tx, caller } = unit;
  const { device, kind, name, cause, reason, key, act = null, reverses = null } = asked;
  const action = actions.find(kind, asked.action);
  if (!action) throw new Problem('command.unknown-action');
  const read = action.parameters.safeParse(asked.parameters);
  if (!read.success) throw new Problem('command.parameters', read.error.issues[0]?.message);
  const parameters = read.data;
  const user = caller.account?.id ?? null;
  const needsSecond = asked.secondPerson && action.secondPerson && user !== null;
  const now = Date.now();
  const validMs = needsSecond ? APPROVE_WITHIN_MS : action.validSeconds * 1000;
  const id = newId();
  const { count } = await tx.command.createMany({
    data: [
      {
        tenantId: caller.tenant,
        id,
        key,
        device,
        deviceKind: kind,
        deviceName: name,
        action: asked.action,
        parameters,
        cause,
        reason,
        requestedBy: user,
        rule: user === null ? (asked.rule ?? 'anshi') : null,
        needsSecond,
        state: needsSecond ? 'awaiting-approval' : 'requested',
        givenAt: new Date(now),
        validUntil: new Date(now + validMs),
        holdSeconds: action.holdSeconds(parameters),
        reverses,
        act,
        sendAt: needsSecond ? null : new Date(now),
      },
    ],
    skipDuplicates: true,
  });
  if (count === 0) return { row: await sameAgain(unit, { ...asked, parameters }), isNew: false };
  const row = await tx.command.findFirstOrThrow({ where: { id } });
  await noteStep(unit, id, { what: 'requested', note: reason });
  await unit.audit({
    action: 'request-command',
    entity: 'command',
    id,
    after: { device, action: asked.action, parameters, cause, needsSecond },
    reason,
  });
  await emitState(unit, row, 'requested');
  if (needsSecond) await tellApprovers(notices, unit, row);
  return { row, isNew: true };
}

/** @throws Problem `command.key-taken` where the key is that of another command. */
async function sameAgain({ tx, caller }: Unit, asked: CommandRequest): Promise<CommandRow> {
  const { key, device, action, parameters, reverses = null } = asked;
  const row = await tx.command.findFirst({
    where: reverses === null ? { key } : { OR: [{ key }, { reverses }] },
  });
  const isSame =
    row?.device === device &&
    row.action === action &&
    row.reverses === reverses &&
    (reverses !== null || row.requestedBy === (caller.account?.id ?? null)) &&
    sorted(row.parameters as Outputs) === sorted(parameters);
  if (!row || !isSame) throw new Problem('command.key-taken');
  return row;
}

const sorted = (value: Outputs) =>
  JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

async function tellApprovers(notices: Notices, unit: Unit, row: CommandRow): Promise<void> {
  const { id, requestedBy } = row;
  const name = row.deviceName as { zh: string; en: string };
  const all = await holdersOf(unit.tx, 'command:approve');
  await notices.notify(unit, {
    to: all.filter((one) => one !== requestedBy),
    kind: 'command.approval',
    severity: 'warning',
    title: { zh: `指令待确认：${name.zh}`, en: `A command waits for you: ${name.en}` },
    body: {
      zh: `请在 15 分钟内确认或拒绝对“${name.zh}”的指令，逾期作废。`,
      en: `Approve or refuse the command to ${name.en} within 15 minutes; then it is void.`,
    },
    link: noticeLink('command.approval', id),
    subject: { entity: 'command', id },
    first: true,
  });
}
