import type {
  Notice as NoticeModel,
  NoticeRecipient,
  Prisma,
} from '../../generated/prisma/client.ts';
import type { Transaction } from '../db/database.ts';
import { listOrder, type Position } from '../kit/list-order.ts';

export type NoticeRow = NoticeModel;
export type InboxRow = NoticeRecipient & { notice: NoticeRow };

const columns = { at: 'time', noticeId: 'id' } as const;
/** The order of a user's list. */
export const newestNotices = listOrder('notices', 'desc', columns);

export function findInbox(
  tx: Transaction,
  userId: string,
  query: { unread?: boolean | undefined; after: Position<typeof columns> | null; limit: number },
): Promise<InboxRow[]> {
  const { after } = query;
  return tx.noticeRecipient.findMany({
    where: {
      userId,
      ...(query.unread === undefined ? {} : { readAt: query.unread ? null : { not: null } }),
      ...newestNotices.beyond<Prisma.NoticeRecipientWhereInput>(after),
    },
    include: { notice: true },
    orderBy: newestNotices.by(),
    take: query.limit,
  });
}

export const countUnread = (tx: Transaction, userId: string): Promise<number> =>
  tx.noticeRecipient.count({ where: { userId, readAt: null } });

/** @returns the ids newly marked as read. */
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
