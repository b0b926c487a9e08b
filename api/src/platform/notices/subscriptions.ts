import { createHash } from 'node:crypto';
import { ulid } from 'ulid';
import type { z } from 'zod';
import { type Account, actorOf } from '../access/account.ts';
import type { Database, Transaction } from '../db/database.ts';
import { Problem } from '../http/errors.ts';
import { isPushHost, type Subscriptions } from './channels/push.ts';
import { iso, type subscriptionRequest, type subscriptionSchema } from './schema.ts';

/** Maximum browsers per person; the oldest is removed. */
const MOST_BROWSERS = 20;

const digestOf = (endpoint: string) => createHash('sha256').update(endpoint).digest('hex');

export type PushSubscriptions = ReturnType<typeof createSubscriptions>;

/** Users with a push subscription. */
export async function withBrowser(tx: Transaction, users: string[]): Promise<Set<string>> {
  const rows = await tx.pushSubscription.findMany({
    where: { userId: { in: users } },
    distinct: ['userId'],
    select: { userId: true },
  });
  return new Set(rows.map(({ userId }) => userId));
}

/** Push subscriptions, by person. */
export function createSubscriptions(options: { database: Database; hosts: readonly string[] }) {
  const { database, hosts } = options;
  const under = <R>(tenant: string, work: Parameters<typeof database.transaction<R>>[1]) =>
    database.transaction({ tenant, user: null }, work);
  const forSending: Subscriptions = {
    of: (tenant, userId) =>
      under(tenant, (tx) => tx.pushSubscription.findMany({ where: { userId } })),
    remove: async (tenant, id) => {
      await under(tenant, (tx) => tx.pushSubscription.deleteMany({ where: { id } }));
    },
    worked: async (tenant, id) => {
      await under(tenant, (tx) =>
        tx.pushSubscription.updateMany({ where: { id }, data: { lastOkAt: new Date() } }),
      );
    },
  };
  return {
    ...forSending,

    /** A browser belongs to its last signed-in user: the previous one gets nothing on it. */
    async add(
      account: Account,
      request: z.infer<typeof subscriptionRequest>,
    ): Promise<z.infer<typeof subscriptionSchema>> {
      const { endpoint, keys, device } = request;
      if (!isPushHost(endpoint, hosts)) throw new Problem('notice.push-host');
      const { tenant: tenantId, id: userId } = account;
      return database.transaction(actorOf(account), async (tx) => {
        const digest = digestOf(endpoint);
        const fields = { userId, endpoint, ...keys, device: device ?? null };
        const row = await tx.pushSubscription.upsert({
          where: { tenantId_digest: { tenantId, digest } },
          create: { tenantId, id: ulid(), digest, ...fields },
          update: fields,
        });
        const old = await tx.pushSubscription.findMany({
          where: { userId },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          skip: MOST_BROWSERS,
          select: { id: true },
        });
        await tx.pushSubscription.deleteMany({ where: { id: { in: old.map(({ id }) => id) } } });
        return { id: row.id, device: row.device, createdAt: iso(row.createdAt) };
      });
    },

    /** Own subscriptions only; removing an absent one succeeds. */
    async drop(account: Account, endpoint: string): Promise<void> {
      await database.transaction(actorOf(account), (tx) =>
        tx.pushSubscription.deleteMany({
          where: { userId: account.id, digest: digestOf(endpoint) },
        }),
      );
    },
  };
}
