import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../db/database.ts';
import type { Unit, Units } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import { listOrder } from '../kit/list-order.ts';
import type { User } from '../kit/routes.ts';
import { allOf, anyOf } from '../kit/sql.ts';
import type { Notices } from '../notices/types.ts';
import type { Actions } from './actions.ts';
import { type CommandRequest, requestCommand } from './request.ts';
import { type CommandRow, emitState, hold, move, noteStep, parametersOf, stateOf } from './rows.ts';
import type { CommandDetail, CommandQuery, CommandView, commandPage } from './schema.ts';
import { mayHaveActed, openStates } from './states.ts';
import { showAll, showDetail } from './view.ts';

const newestFirst = listOrder('commands', 'desc', { id: 'id' });

export type CommandService = ReturnType<typeof createCommandService>;

/** What people and modules do with commands. */
export function createCommandService(options: {
  units: Units;
  notices: Notices;
  actions: Actions;
  /** A command was committed that is to be sent. */
  onReady: () => void;
}) {
  const { units, notices, actions, onReady } = options;

  async function find(unit: Unit, id: string): Promise<CommandRow> {
    const row = await hold(unit.tx, id);
    if (!row) throw new Problem('command.unknown');
    return row;
  }

  async function request(unit: Unit, asked: CommandRequest) {
    const made = await requestCommand({ actions, notices }, unit, asked);
    unit.afterCommit(onReady);
    return made;
  }

  return {
    /** Gives a command within the caller's unit; see {@link requestCommand}. */
    request,

    /** A command as this account may see it. */
    show: async (unit: Unit, row: CommandRow, user: User): Promise<CommandView> => {
      const [shown] = await showAll(unit.tx, [row], actions, user);
      return shown as CommandView;
    },

    /** Commands by their ids, newest first, as this account may see them. */
    showOf: async (unit: Unit, ids: readonly string[], user: User): Promise<CommandView[]> => {
      const rows = await unit.tx.command.findMany({
        where: { id: { in: [...ids] } },
        orderBy: { id: 'desc' },
      });
      return showAll(unit.tx, rows, actions, user);
    },

    /**
     * The newest command that tells a device the same, and runs or was done in the last while.
     *
     * @param withinMs how long after it was done it still counts, ms.
     */
    async findSame(
      unit: Unit,
      told: Pick<CommandRequest, 'device' | 'action' | 'parameters'>,
      withinMs: number,
    ): Promise<CommandRow | null> {
      const { device, action, parameters } = told;
      const since = new Date(Date.now() - withinMs);
      return unit.tx.command.findFirst({
        where: {
          device,
          action,
          parameters: { equals: parameters },
          OR: [{ state: { in: [...openStates] } }, { state: 'done', endedAt: { gte: since } }],
        },
        orderBy: { id: 'desc' },
      });
    },

    list: (user: User, query: CommandQuery): Promise<z.infer<typeof commandPage>> =>
      units.run(user, async ({ tx }) => {
        const columns = { id: Prisma.sql`c.id` };
        const found = await sqlIn(tx)<{ id: string }>(Prisma.sql`
          SELECT c.id FROM command c WHERE ${allOf([
            ...anyOf(Prisma.sql`c.state`, query.state),
            ...anyOf(Prisma.sql`c.cause`, query.cause),
            ...anyOf(Prisma.sql`c.device`, query.device === undefined ? [] : [query.device]),
            newestFirst.beyondSql(newestFirst.after(query.cursor), columns),
          ])} ORDER BY ${newestFirst.bySql(columns)} LIMIT ${query.limit + 1}`);
        const { rows, next } = newestFirst.page(found, query.limit);
        const full = await tx.command.findMany({
          where: { id: { in: rows.map(({ id }) => id) } },
          orderBy: { id: 'desc' },
        });
        const waiting = await tx.command.count({ where: { state: 'awaiting-approval' } });
        return { items: await showAll(tx, full, actions, user), next, waiting };
      }),

    get: (user: User, id: string): Promise<CommandDetail> =>
      units.run(user, async ({ tx }) => {
        const row = await tx.command.findFirst({ where: { id } });
        if (!row) throw new Problem('command.unknown');
        return showDetail(tx, row, actions, user);
      }),

    /**
     * The second person lets a command be sent; its time begins now.
     *
     * @throws Problem `command.own` to its requester, `command.not-waiting` where it waits no more.
     */
    approve: (user: User, id: string): Promise<CommandDetail> =>
      units.run(user, async (unit) => {
        const row = await find(unit, id);
        requireOther(row, user);
        const valid = actions.find(row.deviceKind, row.action)?.validSeconds;
        if (valid === undefined) throw new Problem('command.unknown-action');
        const now = Date.now();
        const moved =
          now < row.validUntil.getTime()
            ? await move(unit, row, 'approved', {
                data: {
                  approvedBy: user.account.id,
                  givenAt: new Date(now),
                  validUntil: new Date(now + valid * 1000),
                  sendAt: new Date(now),
                },
              })
            : null;
        if (!moved) throw new Problem('command.not-waiting');
        unit.afterCommit(onReady);
        return showDetail(unit.tx, moved, actions, user);
      }),

    decline: (user: User, id: string, reason: string): Promise<CommandDetail> =>
      units.run(user, async (unit) => {
        const row = await find(unit, id);
        requireOther(row, user);
        const data = { fault: 'declined' };
        const moved = await move(unit, row, 'declined', { data, note: reason });
        if (!moved) throw new Problem('command.not-waiting');
        return showDetail(unit.tx, moved, actions, user);
      }),

    /**
     * Gives the command that undoes another; a second time it is the same one. It asks for a second
     * person where that one did.
     *
     * @throws Problem `command.not-reversible` where there is nothing to undo.
     */
    reverse: (
      user: User,
      id: string,
      { key, reason }: { key: string; reason: string | null },
    ): Promise<CommandView> =>
      units.run(user, async (unit) => {
        const row = await find(unit, id);
        const { row: made } = await request(unit, reversalOf(actions, row, { key, reason }));
        await noteUndone(unit, id);
        const [shown] = await showAll(unit.tx, [made], actions, user);
        return shown as CommandView;
      }),

    /**
     * Undoes a command whose time has come, as the program. Where a later command to the same device
     * holds on, that one is undone in its time and this one is not.
     */
    revertDue: (unit: Unit, row: CommandRow) => revertDue(unit, row),
  };

  async function revertDue(unit: Unit, row: CommandRow): Promise<void> {
    const { id, device, revertAt } = row;
    const { tx } = unit;
    if (!revertAt) return;
    if (!mayHaveActed(stateOf(row), row.sentAt !== null)) return noteUndone(unit, id);
    const later = await tx.command.findFirst({
      where: { device, revertAt: { gt: revertAt }, sentAt: { not: null } },
      select: { id: true },
    });
    await noteUndone(unit, id);
    if (later) return noteStep(unit, id, { what: 'prolonged', note: later.id });
    const asked = reversalOf(actions, row, { key: `revert-${id}`, reason: null });
    await request(unit, { ...asked, rule: 'revert-after' });
    await noteStep(unit, id, { what: 'reverted' });
  }
}

/** Nothing is left to undo by itself; those who look at the command hear of it. */
async function noteUndone(unit: Unit, id: string): Promise<void> {
  const [now] = await unit.tx.command.updateManyAndReturn({
    where: { id },
    data: { revertAt: null, version: { increment: 1 } },
  });
  if (now) await emitState(unit, now, 'undone');
}

/** @throws Problem `command.not-reversible` where there is nothing to undo. */
function reversalOf(
  actions: Actions,
  row: CommandRow,
  { key, reason }: { key: string; reason: string | null },
): CommandRequest {
  const reversal = actions.find(row.deviceKind, row.action)?.reversal ?? null;
  if (reversal === null || !mayHaveActed(stateOf(row), row.sentAt !== null)) {
    throw new Problem('command.not-reversible');
  }
  return {
    device: row.device,
    kind: row.deviceKind,
    name: row.deviceName as { zh: string; en: string },
    action: reversal,
    parameters: parametersOf({ parameters: {} }),
    secondPerson: row.needsSecond,
    cause: 'reversal',
    reason,
    key,
    reverses: row.id,
    act: row.act,
  };
}

function requireOther(row: CommandRow, user: User): void {
  if (row.requestedBy === user.account.id) throw new Problem('command.own');
}
