import type { z } from 'zod';
import { type Account, actorOf } from '../access/account.ts';
import type { Caller } from '../access/caller.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { Units } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import { listOrder } from '../kit/list-order.ts';
import type { deadLetterPage, deadLetterQuery, deadLetterSchema } from './schema.ts';

export type DeadLetter = z.infer<typeof deadLetterSchema>;
type Row = Awaited<ReturnType<Transaction['consumerDeadLetter']['findFirstOrThrow']>>;
export type DeadLetters = ReturnType<typeof createDeadLetters>;

const newest = listOrder('dead letters', 'desc', { id: 'id' });

/** Administration of dead letters. */
export function createDeadLetters(options: {
  database: Database;
  units: Units;
  /** A replay is pending. */
  nudge: () => void;
}) {
  const { database, units, nudge } = options;

  /**
   * Only a dead letter that is still open is decided: the second of two concurrent decisions gets
   * the conflict.
   */
  function decide(
    caller: Caller & { account: Account },
    id: string,
    decision: {
      action: 'replay' | 'dismiss';
      state: 'waiting' | 'dismissed';
      reason: string | null;
    },
  ): Promise<DeadLetter> {
    const { action, state, reason } = decision;
    const { account } = caller;
    return units.run(caller, async (unit) => {
      const { tx } = unit;
      const { count } = await tx.consumerDeadLetter.updateMany({
        where: { id, state: 'dead' },
        data: {
          state,
          reason,
          handledAt: new Date(),
          handledBy: account.id,
          handledByName: account.username,
        },
      });
      const row = await tx.consumerDeadLetter.findFirst({ where: { id } });
      if (!row) throw new Problem('dead-letter.unknown');
      if (count === 0) throw new Problem('dead-letter.decided', undefined, { current: show(row) });
      const { consumer, eventId, type } = row;
      await unit.audit({
        action,
        entity: 'dead-letter',
        id,
        before: { state: 'dead' },
        after: { state, consumer, event: eventId, type },
        reason,
      });
      if (action === 'replay') unit.afterCommit(nudge);
      return show(row);
    });
  }

  return {
    list: (
      account: Account,
      { consumer, state, limit, cursor }: z.infer<typeof deadLetterQuery>,
    ): Promise<z.infer<typeof deadLetterPage>> =>
      database.transaction(actorOf(account), async (tx) => {
        const found = await tx.consumerDeadLetter.findMany({
          where: {
            ...(consumer === undefined ? {} : { consumer }),
            ...(state === undefined ? {} : { state }),
            ...newest.beyond(newest.after(cursor)),
          },
          orderBy: newest.by(),
          take: limit + 1,
        });
        const { rows, next } = newest.page(found, limit);
        return { items: rows.map(show), next };
      }),
    /** Requests a replay; it runs within seconds. */
    replay: (caller: Caller & { account: Account }, id: string) =>
      decide(caller, id, { action: 'replay', state: 'waiting', reason: null }),
    dismiss: (caller: Caller & { account: Account }, id: string, reason: string) =>
      decide(caller, id, { action: 'dismiss', state: 'dismissed', reason }),
  };
}

function show(row: Row): DeadLetter {
  const { id, consumer, eventId, type, subject, error, tries, since, handledAt } = row;
  return {
    id,
    consumer,
    event: { id: eventId, type, subject },
    state: row.state as DeadLetter['state'],
    error,
    tries,
    since: since.toISOString(),
    handled: handledAt && {
      at: handledAt.toISOString(),
      by: row.handledByName ?? '',
      reason: row.reason,
    },
  };
}
