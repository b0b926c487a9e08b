import { topics } from '@anshi/contracts';
import { z } from 'zod';
import type { Bus } from '../bus.ts';
import type { Database } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { LiveEvents } from '../live/live-events.ts';
import { showNotice } from './schema.ts';

const TOPIC = 'notices';

const changed = z.object({
  source: z.string(),
  type: z.enum(['cn.anshi.notice.written.v1', 'cn.anshi.notice.read.v1']),
  data: z.object({ notices: z.array(z.string()), users: z.array(z.string()) }),
});
type What = 'written' | 'read';

/** Pushes notices to the recipients' browsers. */
export interface LiveNotices {
  written(tenant: string, noticeId: string, users: string[]): Promise<void>;
  /** Their other windows and devices update the read mark. */
  read(tenant: string, noticeIds: string[], user: string): void;
}

/**
 * Pushes to the browsers of this process at once, and over the bus to those of other processes. Bus
 * messages contain ids only: the texts stay in the database.
 */
export function showLive(options: {
  database: Database;
  bus: Bus;
  live: LiveEvents;
  apiId: string;
  tenant: string;
}): LiveNotices {
  const { database, bus, live } = options;
  const source = `/api/${options.apiId}`;

  live.offer(TOPIC);
  bus.subscribe(topics.records(options.tenant, 'notice'), 1, async (_topic, message) => {
    const read = changed.safeParse(message);
    if (!read.success || read.data.source === source) return;
    const { notices, users } = read.data.data;
    if (read.data.type === 'cn.anshi.notice.read.v1') {
      for (const user of users) pushRead(options.tenant, notices, user);
    } else {
      for (const id of notices) await pushWritten(options.tenant, id, users);
    }
  });

  async function pushWritten(tenant: string, noticeId: string, users: string[]): Promise<void> {
    if (users.length === 0 || !live.wanted(tenant, TOPIC)) return;
    const rows = await database.transaction({ tenant, user: null }, (tx) =>
      tx.noticeRecipient.findMany({
        where: { noticeId, userId: { in: users } },
        include: { notice: true },
      }),
    );
    for (const row of rows) {
      const message = { type: 'notice', notice: showNotice(row) };
      live.push(tenant, TOPIC, message, ({ id }) => id === row.userId);
    }
  }

  const pushRead = (tenant: string, ids: string[], user: string) =>
    live.push(tenant, TOPIC, { type: 'notices-read', ids }, ({ id }) => id === user);

  function tell(tenant: string, what: What, notices: string[], users: string[]): void {
    if (users.length === 0 || notices.length === 0) return;
    bus.publish(topics.records(tenant, 'notice'), {
      specversion: '1.0',
      id: newId(),
      source,
      type: `cn.anshi.notice.${what}.v1`,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      data: { notices, users },
    });
  }

  return {
    async written(tenant, noticeId, users) {
      tell(tenant, 'written', [noticeId], users);
      await pushWritten(tenant, noticeId, users);
    },
    read(tenant, noticeIds, user) {
      tell(tenant, 'read', noticeIds, [user]);
      if (noticeIds.length > 0) pushRead(tenant, noticeIds, user);
    },
  };
}
