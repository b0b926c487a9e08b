import type { Notice as NoticeModel, NoticeRecipient } from '../../generated/prisma/client.ts';
import type { Transaction } from '../db/database.ts';

export type NoticeRow = NoticeModel;
export type InboxRow = NoticeRecipient & { notice: NoticeRow };

/** A place in the list of a user: newest first. */
export interface Place {
  at: Date;
  noticeId: string;
}

export function findInbox(
  tx: Transaction,
  userId: string,
  query: { unread?: boolean | undefined; after: Place | null; limit: number },
): Promise<InboxRow[]> {
  const { after } = query;
  return tx.noticeRecipient.findMany({
    where: {
      userId,
      ...(query.unread === undefined ? {} : { readAt: query.unread ? null : { not: null } }),
      ...(after
        ? { OR: [{ at: { lt: after.at } }, { at: after.at, noticeId: { lt: after.noticeId } }] }
        : {}),
    },
    include: { notice: true },
    orderBy: [{ at: 'desc' }, { noticeId: 'desc' }],
    take: query.limit,
  });
}

export const countUnread = (tx: Transaction, userId: string): Promise<number> =>
  tx.noticeRecipient.count({ where: { userId, readAt: null } });

/** @returns which of them became read now. */
export async function markRead(
  tx: Transaction,
  userId: string,
  which: { ids: string[] } | 'all',
): Promise<string[]> {
  const where = {
    userId,
    readAt: null,
    ...(which === 'all' ? {} : { noticeId: { in: which.ids } }),
  };
  const rows = await tx.noticeRecipient.updateManyAndReturn({
    where,
    data: { readAt: new Date() },
    select: { noticeId: true },
  });
  return rows.map(({ noticeId }) => noticeId);
}
