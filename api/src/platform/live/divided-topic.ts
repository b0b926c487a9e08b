import type { Logger } from 'pino';
import type { Account } from '../access/account.ts';
import type { LiveEvents, LiveTopicName } from './live-events.ts';

/** Pushes records of a topic to those in whose reach they are. */
export interface DividedTopic<Change extends string, Row extends { id: string }> {
  /** Right after the commit, for browsers of this process. */
  push(tenant: string, change: Change, row: Row): void;
  /** The record as it is stored now, for a change that another process made. */
  pushStored(tenant: string, change: Change, id: string): void;
}

/**
 * A topic whose records are divided among its subscribers. Those who see all get a change at once, as it
 * was written. For each of the others the record is read as they see it, by the condition that their
 * lists use: what a list does not show is not pushed.
 *
 * @param options.seenByAll a record as an account sees it that sees all; null for other accounts.
 * @param options.read a record as an account sees it, or as all who see all; null out of reach.
 */
export function dividedTopic<Change extends string, Row extends { id: string }>(options: {
  live: Pick<LiveEvents, 'audience' | 'pushEach' | 'offer'>;
  topic: LiveTopicName;
  seenByAll: (account: Account, row: Row) => Row | null;
  read: (tenant: string, account: Account | null, id: string) => Promise<Row | null>;
  messageOf: (change: Change, row: Row) => object;
  log: Logger;
}): DividedTopic<Change, Row> {
  const { live, topic, seenByAll, read, messageOf, log } = options;
  live.offer(topic);
  // One after the other: an earlier state is never pushed after a later one.
  let turn = Promise.resolve();
  const inTurn = (work: () => Promise<void>) => {
    turn = turn
      .then(work)
      .catch((error: unknown) => log.warn({ err: error, topic }, 'a change is not shown'));
  };

  function pushToAll(tenant: string, change: Change, row: Row): void {
    // The same object for those who see the same: it is written once.
    const messages = new Map<Row, object>();
    live.pushEach(tenant, topic, (account) => {
      const seen = seenByAll(account, row);
      if (!seen) return null;
      const message = messages.get(seen) ?? messageOf(change, seen);
      messages.set(seen, message);
      return message;
    });
  }

  async function pushToOthers(tenant: string, change: Change, id: string, row: Row | null) {
    for (const account of live.audience(tenant, topic)) {
      if (row && seenByAll(account, row)) continue;
      const seen = await read(tenant, account, id);
      if (!seen) continue;
      const message = messageOf(change, seen);
      live.pushEach(tenant, topic, ({ id: user }) => (user === account.id ? message : null));
    }
  }

  return {
    push(tenant, change, row) {
      pushToAll(tenant, change, row);
      if (live.audience(tenant, topic).every((account) => seenByAll(account, row))) return;
      inTurn(() => pushToOthers(tenant, change, row.id, row));
    },
    pushStored: (tenant, change, id) =>
      inTurn(async () => {
        if (live.audience(tenant, topic).length === 0) return;
        const row = await read(tenant, null, id);
        if (!row) return;
        pushToAll(tenant, change, row);
        await pushToOthers(tenant, change, id, row);
      }),
  };
}
