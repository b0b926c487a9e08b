import { type DeviceKind, newDeviceSecret } from '@anshi/contracts/device-secret';
import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import { actorOf } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import { BusUserTaken } from '../../platform/bus-users/folder.ts';
import type { BusUsers } from '../../platform/bus-users/types.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { revokeKeysOf } from './evidence-keys.ts';
import { newLiveKey } from './live-keys.ts';
import { type CredentialRow, kept } from './rows.ts';
import type {
  DeviceView,
  DeviceWithSecret,
  deviceInput,
  devicePage,
  deviceQuery,
  rotateInput,
} from './schema.ts';
import { IDLE_MS, show, showWithSecret } from './view.ts';

type User = Caller & { account: Account };

const byName = listOrder('device credentials', 'asc', { name: 'text', id: 'id' });
const DAY_MS = 24 * 3_600_000;

export type Credentials = ReturnType<typeof createCredentials>;

/** What administrators do with credentials. */
export function createCredentials(options: {
  database: Database;
  units: Units;
  sealed: Sealed;
  bus: BusUsers;
  /** The key by which a device that takes commands signs. */
  keyOf: (device: string) => string;
}) {
  const { database, units, sealed, bus, keyOf } = options;

  /** @throws Problem `device.name-taken` where another company on the same broker has the name. */
  async function putOnBus(user: Parameters<BusUsers['put']>[0]): Promise<void> {
    await bus.put(user).catch((error: unknown) => {
      if (!(error instanceof BusUserTaken)) throw error;
      throw new Problem(
        'device.name-taken',
        'Another company on this broker has a device of this kind and name: choose another name.',
      );
    });
  }

  return {
    list: (
      account: Account,
      { kind, state, q, cursor, limit }: z.infer<typeof deviceQuery>,
    ): Promise<z.infer<typeof devicePage>> =>
      database.transaction(actorOf(account), async (tx) => {
        const text = { contains: q ?? '', mode: 'insensitive' } as const;
        const rows = await tx.deviceCredential.findMany({
          where: {
            AND: [
              kind ? { kind: { in: kind } } : {},
              state ? { revokedAt: state === 'revoked' ? { not: null } : null } : {},
              q ? { OR: [{ name: text }, { note: text }] } : {},
              byName.beyond(byName.after(cursor)),
            ],
          },
          orderBy: byName.by(),
          take: limit + 1,
        });
        const page = byName.page(rows, limit);
        return {
          items: page.rows.map((row) => show(row)),
          next: page.next,
          counts: await countAll(tx),
        };
      }),

    get: (account: Account, id: string): Promise<DeviceView> =>
      database.transaction(actorOf(account), async (tx) => show(await find(tx, id))),

    /** @throws Problem `device.name-taken` where one of its kind and name counts. */
    create: (user: User, input: z.infer<typeof deviceInput>): Promise<DeviceWithSecret> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { tenant } = user;
        const { kind, name, note = null, speaksFor = [] } = input;
        const id = newId();
        const { keyId, text } = newDeviceSecret();
        const live = kind === 'worker' ? await newLiveKey(tx, sealed, { tenant, id, keyId }) : {};
        const { count } = await tx.deviceCredential.createMany({
          data: [
            {
              tenantId: tenant,
              id,
              kind,
              name,
              note,
              speaksFor,
              ...kept(keyId, text),
              ...live,
              origin: 'page',
              createdByName: user.account.username,
            },
          ],
          skipDuplicates: true,
        });
        if (count === 0) throw new Problem('device.name-taken');
        await unit.audit({
          action: 'create',
          entity: 'device-credential',
          id,
          after: { kind, name, note, speaksFor, keyId },
        });
        await putOnBus({ tenant, kind, name, secret: text });
        return showWithSecret(await find(tx, id), text, keyOf);
      }),

    /** Gives a new secret; by HTTP the one before counts until the end of the overlap. */
    rotate: (
      user: User,
      id: string,
      { version, overlapHours }: z.infer<typeof rotateInput>,
    ): Promise<DeviceWithSecret> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { tenant } = user;
        const row = await find(tx, id);
        if (row.revokedAt) throw new Problem('device.is-revoked');
        if (row.kind === 'shared') throw new Problem('device.of-settings');
        const kind = row.kind as DeviceKind;
        const { keyId, text } = newDeviceSecret();
        const live = kind === 'worker' ? await newLiveKey(tx, sealed, { tenant, id, keyId }) : {};
        const old =
          overlapHours === 0
            ? { oldKeyId: null, oldSalt: null, oldHash: null, oldUntil: null }
            : {
                oldKeyId: row.keyId,
                oldSalt: row.salt,
                oldHash: row.hash,
                oldUntil: new Date(Date.now() + overlapHours * 3_600_000),
              };
        const { count } = await tx.deviceCredential.updateMany({
          where: { id, version, revokedAt: null },
          data: {
            ...kept(keyId, text),
            ...old,
            ...live,
            oldUsedAt: null,
            rotatedAt: new Date(),
            version: version + 1,
          },
        });
        const changed = await find(tx, id);
        if (count === 0) {
          throw new Problem('device.version-conflict', undefined, { current: show(changed) });
        }
        await unit.audit({
          action: 'rotate',
          entity: 'device-credential',
          id,
          before: { keyId: row.keyId },
          after: { kind, name: row.name, keyId, overlapHours },
        });
        // A worker that enrolled has a secret of its own on the bus, which the installation made.
        if (row.origin !== 'enrolled')
          await putOnBus({ tenant, kind, name: row.name, secret: text });
        return showWithSecret(changed, text, keyOf);
      }),

    /** It counts no more, from this moment; again changes nothing. */
    revoke: (user: User, id: string, reason: string): Promise<DeviceView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await find(tx, id);
        const { count } = await tx.deviceCredential.updateMany({
          where: { id, revokedAt: null },
          data: {
            revokedAt: new Date(),
            revokedByName: user.account.username,
            revokedReason: reason,
            version: { increment: 1 },
          },
        });
        const { kind, name } = row;
        if (count === 1) {
          const after = { kind, name };
          const line = { entity: 'device-credential', id, after, reason } as const;
          await unit.audit({ action: 'revoke-credential', ...line });
          if (kind === 'worker') await revokeKeysOf(unit, name, reason);
          if (kind !== 'shared') {
            await bus.remove({ tenant: user.tenant, kind: kind as DeviceKind, name });
          }
        }
        return show(await find(tx, id));
      }),
  };
}

async function find(tx: Transaction, id: string): Promise<CredentialRow> {
  const row = await tx.deviceCredential.findFirst({ where: { id } });
  if (!row) throw new Problem('device.unknown');
  return row;
}

async function countAll(tx: Transaction): Promise<z.infer<typeof devicePage>['counts']> {
  const [counted] = await tx.$queryRaw<[Record<string, number>]>`
    SELECT count(*)::int AS "all",
      count(*) FILTER (WHERE first_used_at IS NULL)::int AS "neverUsed",
      count(*) FILTER (WHERE coalesce(last_used_at, created_at) < ${new Date(Date.now() - IDLE_MS)})::int AS idle,
      count(*) FILTER (WHERE refused_at > ${new Date(Date.now() - DAY_MS)})::int AS "refusedLately"
    FROM device_credential WHERE revoked_at IS NULL AND kind <> 'shared'`;
  const { all = 0, neverUsed = 0, idle = 0, refusedLately = 0 } = counted;
  return { all, neverUsed, idle, refusedLately };
}
