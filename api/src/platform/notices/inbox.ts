import type { z } from 'zod';
import { type Account, actorOf } from '../access/account.ts';
import type { Database } from '../db/database.ts';
import { Problem } from '../http/errors.ts';
import type { LiveNotices } from './live.ts';
import * as rows from './rows.ts';
import { iso, type noticePage, type receiptsSchema, showNotice } from './schema.ts';

export type Inbox = ReturnType<typeof createInbox>;

/** Each user's list of notices, with read marks. */
export function createInbox(options: { database: Database; live: LiveNotices }) {
  const { database, live } = options;
  return {
    async list(
      account: Account,
      query: { unread?: boolean | undefined; cursor?: string | undefined; limit: number },
    ): Promise<z.infer<typeof noticePage>> {
      const after = rows.newestNotices.after(query.cursor);
      return database.transaction(actorOf(account), async (tx) => {
        const wanted = { unread: query.unread, after, limit: query.limit + 1 };
        const found = await rows.findInbox(tx, account.id, wanted);
        const page = rows.newestNotices.page(found, query.limit);
        return {
          items: page.rows.map(showNotice),
          next: page.next,
          unread: await rows.countUnread(tx, account.id),
        };
      });
    },

    async count(account: Account): Promise<{ unread: number }> {
      const unread = await database.transaction(actorOf(account), (tx) =>
        rows.countUnread(tx, account.id),
      );
      return { unread };
    },

    /** Only own notices are marked; other ids change nothing. */
    async read(account: Account, which: { ids: string[] } | 'all'): Promise<{ unread: number }> {
      const { now, unread } = await database.transaction(actorOf(account), async (tx) => ({
        now: await rows.markRead(tx, account.id, which),
        unread: await rows.countUnread(tx, account.id),
      }));
      live.read(account.tenant, now, account.id);
      return { unread };
    },

    /**
     * Read receipts and delivery results of a notice: for the person who caused it, and for channel
     * administrators.
     */
    async receipts(account: Account, id: string): Promise<z.infer<typeof receiptsSchema>> {
      return database.transaction(actorOf(account), async (tx) => {
        const notice = await tx.notice.findFirst({
          where: { id },
          include: { recipients: { orderBy: { userId: 'asc' } }, deliveries: true },
        });
        const may =
          notice?.senderId === account.id || account.permissions.has('notification:manage');
        if (!notice || !may) throw new Problem('notice.unknown');
        const users = await tx.appUser.findMany({
          where: { id: { in: notice.recipients.map(({ userId }) => userId) } },
          select: { id: true, displayName: true },
        });
        const robots = await tx.noticeRobot.findMany({ select: { id: true, name: true } });
        const names = new Map(users.map((user) => [user.id, user.displayName as Name]));
        const robotNames = new Map(robots.map((robot) => [robot.id, robot.name]));
        const resultOf = (row: (typeof notice.deliveries)[number]) => ({
          state: row.state,
          sentAt: row.sentAt && iso(row.sentAt),
          detail: row.detail,
        });
        return {
          items: notice.recipients.map(({ userId, readAt }) => ({
            user: { id: userId, displayName: names.get(userId) ?? { zh: userId, en: userId } },
            readAt: readAt && iso(readAt),
            deliveries: notice.deliveries
              .filter(({ recipient, channel }) => recipient === userId && channel !== 'robot')
              .map((row) => ({ channel: row.channel, ...resultOf(row) })),
          })),
          robots: notice.deliveries
            .filter(({ channel }) => channel === 'robot')
            .map((row) => ({
              id: row.recipient,
              name: robotNames.get(row.recipient) ?? row.recipient,
              ...resultOf(row),
            })),
        };
      });
    },
  };
}

type Name = { zh: string; en: string };
