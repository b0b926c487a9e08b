import type { Transaction } from '../db/database.ts';

/** The outgoing events about one record, newest first, unless purged. */
export const eventsAbout = (
  tx: Transaction,
  record: { entity: string; id: string },
  take: number,
) =>
  tx.outboxEvent.findMany({
    where: { entity: record.entity, subject: record.id },
    orderBy: { seq: 'desc' },
    take,
  });
