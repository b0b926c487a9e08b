import { ulid } from 'ulid';
import type { z } from 'zod';
import { type Account, actorOf } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import { givenOnly, saveAtVersion } from '../../platform/kit/save.ts';
import { type AllowList, requireTarget } from '../../platform/outbox/outward.ts';
import { openSecrets, sealSecret } from '../../platform/outbox/secrets.ts';
import { newSecret } from '../../platform/outbox/signature.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import type {
  deliveryPage,
  deliveryQuery,
  webhookPatch,
  webhookRequest,
  webhookSchema,
  webhookWithSecret,
} from './schema.ts';

type View = z.infer<typeof webhookSchema>;
type ViewWithSecret = z.infer<typeof webhookWithSecret>;
type Row = Awaited<ReturnType<Transaction['webhook']['findFirstOrThrow']>>;

/** The order of the list of deliveries. */
const newest = listOrder('webhook deliveries', 'desc', { id: 'id' });

export type WebhooksService = ReturnType<typeof createWebhooksService>;

/** Administration of webhooks; delivery is in `platform/outbox/webhooks.ts`. */
export function createWebhooksService(options: {
  database: Database;
  units: Units;
  sealed: Sealed;
  allowed: AllowList;
  /** A delivery may be due at once. */
  nudge: () => void;
}) {
  const { database, units, sealed, allowed, nudge } = options;

  async function show(tx: Transaction, row: Row): Promise<View> {
    const groups = await tx.webhookDelivery.groupBy({
      by: ['state'],
      where: { webhookId: row.id, state: { in: ['pending', 'dead'] } },
      _count: true,
    });
    const count = (state: string) => groups.find((group) => group.state === state)?._count ?? 0;
    const rotating = row.oldSecretUntil !== null && row.oldSecretUntil > new Date();
    return {
      id: row.id,
      name: row.name,
      url: row.url,
      types: row.types,
      active: row.active,
      rotatingUntil: rotating ? (row.oldSecretUntil?.toISOString() ?? null) : null,
      failingSince: row.failingSince?.toISOString() ?? null,
      disabledReason: row.disabledReason,
      counts: { pending: count('pending'), dead: count('dead') },
      version: row.version,
      createdAt: row.createdAt.toISOString(),
    };
  }

  async function find(tx: Transaction, id: string): Promise<Row> {
    const row = await tx.webhook.findFirst({ where: { id } });
    if (!row) throw new Problem('webhook.unknown');
    return row;
  }

  return {
    list: (account: Account): Promise<{ items: View[]; next: null }> =>
      database.transaction(actorOf(account), async (tx) => {
        const rows = await tx.webhook.findMany({ orderBy: { id: 'asc' }, take: 200 });
        const items: View[] = [];
        for (const row of rows) items.push(await show(tx, row));
        return { items, next: null };
      }),

    async create(caller: Caller, request: z.infer<typeof webhookRequest>): Promise<ViewWithSecret> {
      requireTarget(request.url, allowed);
      const { tenant } = caller;
      const id = ulid();
      const secret = newSecret();
      return units.run(caller, async (unit) => {
        const where = { tenant, id, column: 'secret_sealed' } as const;
        const secretSealed = await sealSecret(unit.tx, sealed, where, secret);
        const row = await unit.tx.webhook.create({
          data: { tenantId: tenant, id, ...request, secretSealed },
        });
        await unit.audit({ action: 'create', entity: 'webhook', id, after: shownInLog(request) });
        return { ...(await show(unit.tx, row)), secret };
      });
    },

    async change(caller: Caller, id: string, patch: z.infer<typeof webhookPatch>): Promise<View> {
      if (patch.url !== undefined) requireTarget(patch.url, allowed);
      const { version, ...given } = patch;
      const again = given.active ? { disabledReason: null, failingSince: null } : {};
      return units.run(caller, async (unit) => {
        const { tx } = unit;
        unit.afterCommit(nudge);
        return saveAtVersion(unit, {
          entity: 'webhook',
          id,
          version,
          conflict: 'webhook.version-conflict',
          find: () => find(tx, id),
          write: (next) =>
            tx.webhook.updateMany({
              where: { id, version },
              data: { ...givenOnly(given), ...again, version: next },
            }),
          show: (row) => show(tx, row),
          log: ({ name, url, types, active }) => shownInLog({ name, url, types, active }),
        });
      });
    },

    remove: (caller: Caller, id: string): Promise<void> =>
      units.run(caller, async (unit) => {
        const { name, url, types } = await find(unit.tx, id);
        await unit.tx.webhook.deleteMany({ where: { id } });
        const before = shownInLog({ name, url, types });
        await unit.audit({ action: 'delete', entity: 'webhook', id, before });
      }),

    /** Rotates the key; for a while the old one signs, too. */
    rotate: (caller: Caller, id: string, overlapHours: number): Promise<ViewWithSecret> =>
      units.run(caller, async (unit) => {
        const { tx } = unit;
        const { tenant } = caller;
        const row = await find(tx, id);
        const [old = ''] = await openSecrets(tx, sealed, row);
        const secret = newSecret();
        const changed = await tx.webhook.update({
          where: { tenantId_id: { tenantId: tenant, id } },
          data: {
            secretSealed: await sealSecret(
              tx,
              sealed,
              { tenant, id, column: 'secret_sealed' },
              secret,
            ),
            oldSecretSealed: await sealSecret(
              tx,
              sealed,
              { tenant, id, column: 'old_secret_sealed' },
              old,
            ),
            oldSecretUntil: new Date(Date.now() + overlapHours * 3_600_000),
            version: { increment: 1 },
          },
        });
        await unit.audit({ action: 'rotate', entity: 'webhook', id, after: { overlapHours } });
        return { ...(await show(tx, changed)), secret };
      }),

    deliveries: (
      account: Account,
      id: string,
      query: z.infer<typeof deliveryQuery>,
    ): Promise<z.infer<typeof deliveryPage>> =>
      database.transaction(actorOf(account), async (tx) => {
        await find(tx, id);
        const rows = await tx.webhookDelivery.findMany({
          where: {
            webhookId: id,
            ...(query.state ? { state: query.state } : {}),
            ...newest.beyond(newest.after(query.cursor)),
          },
          include: { tries: { orderBy: { number: 'asc' } } },
          orderBy: newest.by(),
          take: query.limit + 1,
        });
        const page = newest.page(rows, query.limit);
        return {
          items: page.rows.map((row) => ({
            id: row.id,
            eventId: row.eventId,
            type: row.type,
            state: row.state as 'pending' | 'delivered' | 'dead',
            attempts: row.attempts,
            nextAt: row.state === 'pending' ? row.nextAt.toISOString() : null,
            createdAt: row.createdAt.toISOString(),
            finishedAt: row.finishedAt?.toISOString() ?? null,
            tries: row.tries.map(({ number, at, ms, status, error, answer }) => ({
              number,
              at: at.toISOString(),
              ms,
              status,
              error,
              answer,
            })),
          })),
          next: page.next,
        };
      }),

    /**
     * Resends a delivery at once, regardless of its state; the receiver recognises it by its id.
     */
    retry: (caller: Caller, id: string, delivery: string): Promise<void> =>
      units.run(caller, async (unit) => {
        await find(unit.tx, id);
        const { count } = await unit.tx.webhookDelivery.updateMany({
          where: { id: delivery, webhookId: id },
          data: { state: 'pending', finishedAt: null, nextAt: new Date() },
        });
        if (count === 0) throw new Problem('webhook.delivery-unknown');
        await unit.audit({ action: 'retry', entity: 'webhook', id, after: { delivery } });
        unit.afterCommit(nudge);
      }),
  };
}

/** The address of many receivers is a secret: the log contains its host only. */
function shownInLog<Fields extends Record<string, unknown>>(fields: Fields) {
  const { url, ...rest } = fields;
  return typeof url === 'string' ? { ...rest, host: new URL(url).host } : rest;
}
