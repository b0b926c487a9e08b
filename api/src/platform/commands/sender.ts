import { AHEAD_MS, type Command, commandTiming, topics } from '@anshi/contracts';
import type { Logger } from 'pino';
import { systemCaller } from '../access/caller.ts';
import type { Bus } from '../bus.ts';
import type { BusSigner } from '../bus-signer.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { Units } from '../db/unit-of-work.ts';
import { type Loop, startLoop } from '../feed/loop.ts';
import type { Actions } from './actions.ts';
import { type CommandRow, hold, move, parametersOf } from './rows.ts';
import type { CommandService } from './service.ts';
import { openStates } from './states.ts';

const EVERY_MS = 1_000;
const BATCH = 50;
/** After the first time it is sent again after so many seconds, then after twice as many, … */
const AGAIN_AFTER_S = 2;
const LONGEST_PAUSE_S = 8;
/** An answer may be on its way when the time is over. */
const GRACE_MS = AHEAD_MS;

/**
 * Why a device gets no command; null where it may. A module that has a register of devices says so.
 */
export type DeviceGate = (tx: Transaction, device: string) => Promise<string | null>;

/**
 * Sends what is to be sent, again until it is answered and never after its time; ends what is over;
 * undoes what is to be undone.
 *
 * The state `sent` is committed before the message leaves: a process that dies in between leaves a
 * command that is sent again by the next one with the same id. The device carries out each id once.
 */
export function startSender(options: {
  database: Database;
  units: Units;
  bus: Bus;
  signer: Pick<BusSigner, 'sign'>;
  service: Pick<CommandService, 'revertDue'>;
  actions: Actions;
  mayReceive: DeviceGate;
  isOn: () => boolean;
  tenant: string;
  log: Logger;
}): Loop {
  const { database, units, bus, signer, service, actions, mayReceive, isOn, tenant, log } = options;
  const caller = systemCaller(tenant);

  const idsOf = (where: object): Promise<string[]> =>
    database.transaction({ tenant, user: null }, async (tx) =>
      (
        await tx.command.findMany({
          where,
          select: { id: true },
          orderBy: { id: 'asc' },
          take: BATCH,
        })
      ).map(({ id }) => id),
    );

  /** Works on each row in a unit of its own; what another process holds is left to it. */
  async function each(
    where: object,
    work: (unit: Parameters<Parameters<Units['run']>[1]>[0], row: CommandRow) => Promise<unknown>,
  ): Promise<void> {
    for (const id of await idsOf(where)) {
      await units.run(caller, async (unit) => {
        const row = await hold(unit.tx, id, { wait: false });
        if (row) await work(unit, row);
      });
    }
  }

  async function endWhatIsOver(): Promise<void> {
    const now = Date.now();
    const over = {
      OR: [
        { state: { in: ['awaiting-approval', 'requested'] }, validUntil: { lte: new Date(now) } },
        { state: { in: ['sent', 'accepted'] }, validUntil: { lte: new Date(now - GRACE_MS) } },
      ],
    };
    await each(over, async (unit, row) => {
      const isOver = openStates.some((one) => one === row.state) && row.validUntil.getTime() <= now;
      if (isOver) await move(unit, row, 'expired');
    });
  }

  async function revertWhatIsDue(): Promise<void> {
    const now = new Date();
    await each({ revertAt: { lte: now } }, async (unit, row) => {
      if (row.revertAt && row.revertAt <= now) await service.revertDue(unit, row);
    });
  }

  async function sendWhatIsDue(): Promise<void> {
    const now = new Date();
    const due = {
      state: { in: ['requested', 'sent', 'accepted'] },
      sendAt: { lte: now },
      validUntil: { gt: now },
    };
    await each(due, async (unit, row) => {
      if (!row.sendAt || row.sendAt > now || row.validUntil <= now) return;
      const why = await mayReceive(unit.tx, row.device);
      if (why !== null) {
        await move(unit, row, 'blocked', { data: { fault: why } });
        return;
      }
      const pause = Math.min(LONGEST_PAUSE_S, AGAIN_AFTER_S * 2 ** row.attempts);
      const revertAfter = actions.find(row.deviceKind, row.action)?.revertAfter(parametersOf(row));
      const isFirst = row.sentAt === null;
      const moved = await move(unit, row, 'sent', {
        data: {
          attempts: row.attempts + 1,
          sendAt: new Date(now.getTime() + pause * 1000),
          ...(isFirst ? { sentAt: now } : {}),
          ...(isFirst && typeof revertAfter === 'number'
            ? { revertAt: new Date(now.getTime() + revertAfter * 1000) }
            : {}),
        },
      });
      if (moved) unit.afterCommit(() => publish(moved));
    });
  }

  async function publish(row: CommandRow): Promise<void> {
    const message = messageOf(row);
    // Since the row was read, its time may have passed.
    if (commandTiming(message) !== 'due') return;
    const topic = topics.command(tenant, row.device);
    try {
      await bus.publishTextAcknowledged(topic, signer.sign(row.device, topic, message));
    } catch (error) {
      log.warn({ err: error, command: row.id }, 'a command was not sent; it is tried again');
    }
  }

  return startLoop({
    name: 'commands',
    log,
    everyMs: EVERY_MS,
    async pass() {
      await endWhatIsOver();
      if (!isOn()) return false;
      await revertWhatIsDue();
      // While the broker is away nothing can be sent, and its time passes.
      if (bus.connected) await sendWhatIsDue();
      return false;
    },
  });
}

/** A command as it goes to its device: no names of people and no text that they wrote. */
function messageOf(row: CommandRow): Command {
  const { id, device, action, holdSeconds, act, reverses } = row;
  return {
    id,
    device,
    action,
    parameters: parametersOf(row),
    holdSeconds,
    cause: row.cause as Command['cause'],
    requestedBy:
      row.requestedBy === null
        ? { kind: 'rule', id: row.rule ?? 'anshi' }
        : { kind: 'person', id: row.requestedBy },
    act,
    reverses,
    at: row.givenAt.toISOString(),
    validUntil: row.validUntil.toISOString(),
  };
}
