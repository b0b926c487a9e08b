import { ulid } from 'ulid';
import { systemCaller } from '../access/caller.ts';
import { holdersOf } from '../access/holders.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { noticeLink } from '../notices/kinds.ts';
import type { OutboxRow } from '../outbox/events.ts';
import { handleTraced } from './handle.ts';
import type { Consumer, ConsumerParts } from './types.ts';

/** The stored text of an error. */
export const reasonOf = (error: unknown): string =>
  (
    (error instanceof Error ? error.message : String(error)).replaceAll('\0', '') || 'no message'
  ).slice(0, 500);

/** Writes the dead letter of an event, and notifies those who manage them. */
export async function bury(
  { tenant, notices }: ConsumerParts,
  unit: Unit,
  dead: { consumer: string; row: OutboxRow; tries: number; error: string },
): Promise<void> {
  const { consumer, row, tries, error } = dead;
  const id = ulid();
  const { seq: eventSeq, id: eventId, type, subject } = row;
  await unit.tx.consumerDeadLetter.create({
    data: { tenantId: tenant, id, consumer, eventSeq, eventId, type, subject, error, tries },
  });
  await tellOf({ notices }, unit, { id, consumer, type });
}

async function tellOf(
  { notices }: Pick<ConsumerParts, 'notices'>,
  unit: Unit,
  letter: { id: string; consumer: string; type: string },
): Promise<void> {
  const { id, consumer, type } = letter;
  await notices.notify(unit, {
    to: await holdersOf(unit.tx, 'event:manage'),
    kind: 'event.failed',
    severity: 'warning',
    title: { zh: '有事件处理失败', en: 'An event was not processed' },
    body: {
      zh: `${consumer} 多次处理 ${type} 失败，已停止重试。排除原因后请重新处理，或说明理由后忽略。`,
      en: `${consumer} failed on ${type} and is no longer tried. Replay it once the cause is mended, or dismiss it with a reason.`,
    },
    link: noticeLink('event.failed', id),
    subject: { entity: 'dead-letter', id },
  });
}

/**
 * Runs the oldest dead letter with a requested replay. It is out of order: later events were
 * handled meanwhile. Those of a disabled feature, or of a consumer that this process does not have,
 * wait.
 *
 * @returns whether there was one.
 */
export async function replayNext(
  parts: ConsumerParts,
  consumers: ReadonlyMap<string, Consumer>,
): Promise<boolean> {
  const { database, units, features, tenant, metrics, log } = parts;
  const active: string[] = [];
  for (const { name, feature } of consumers.values()) {
    if (feature === undefined || (await features.check(feature))) active.push(name);
  }
  const letter = await database.transaction({ tenant, user: null }, (tx) =>
    tx.consumerDeadLetter.findFirst({
      where: { consumer: { in: active }, state: 'waiting' },
      orderBy: { eventSeq: 'asc' },
    }),
  );
  const consumer = letter && consumers.get(letter.consumer);
  if (!letter || !consumer) return false;
  const { name } = consumer;
  const { id } = letter;
  const waiting = { id, state: 'waiting' };
  try {
    await units.run(systemCaller(tenant), async (unit) => {
      const { tx } = unit;
      // The row is locked until the commit: another process finds it done.
      const { count } = await tx.consumerDeadLetter.updateMany({
        where: waiting,
        data: { state: 'replayed', tries: { increment: 1 } },
      });
      if (count === 0) return;
      const row = await tx.outboxEvent.findFirst({ where: { seq: letter.eventSeq } });
      if (!row) throw new Error('the event is not kept any more; dismiss it');
      await handleTraced(consumer, unit, row);
    });
    metrics.consumed.inc({ consumer: name, result: 'handled' });
  } catch (error) {
    log.warn({ err: error, consumer: name, letter: id }, 'a dead letter failed again');
    await units.run(systemCaller(tenant), async (unit) => {
      const { count } = await unit.tx.consumerDeadLetter.updateMany({
        where: waiting,
        data: { state: 'dead', error: reasonOf(error), tries: { increment: 1 } },
      });
      if (count > 0) await tellOf(parts, unit, letter);
    });
  }
  return true;
}

/** Number of open dead letters. */
export const countDead = ({ database, tenant }: ConsumerParts): Promise<number> =>
  database.transaction({ tenant, user: null }, (tx) =>
    tx.consumerDeadLetter.count({ where: { state: 'dead' } }),
  );
