import { evidenceKeyIdOf, readEvidencePublicKey } from '@anshi/contracts/evidence-signature';
import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import { actorOf } from '../../platform/access/account.ts';
import type { DeviceCaller, RequestOrigin } from '../../platform/access/devices.ts';
import { holdersOf } from '../../platform/access/holders.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { deviceCaller } from './rows.ts';
import type { EvidenceKeyState, EvidenceKeyView, evidenceKeyList } from './schema.ts';

/** A worker that makes keys without end fills no table. */
const MOST_KEYS = 100;

type Row = Awaited<ReturnType<Transaction['evidenceKey']['findFirstOrThrow']>>;

export type EvidenceKeys = ReturnType<typeof createEvidenceKeys>;

/** A key that signs evidence, for those that check signatures. */
export const findEvidenceKey = (tx: Transaction, id: string): Promise<Row | null> =>
  tx.evidenceKey.findFirst({ where: { id } });

/** Several of them, for a pack of evidence. */
export const findEvidenceKeys = (tx: Transaction, ids: readonly string[]): Promise<Row[]> =>
  tx.evidenceKey.findMany({ where: { id: { in: [...ids] } }, orderBy: { id: 'asc' } });

export const evidenceKeyState = (row: Row): EvidenceKeyState =>
  row.revokedAt ? 'revoked' : row.retiredAt ? 'retired' : 'active';

/** The states of the keys of a worker, as the worker is told. */
export const keysOfWorker = async (tx: Transaction, worker: string) =>
  (await tx.evidenceKey.findMany({ where: { worker } })).map((row) => ({
    id: row.id,
    state: evidenceKeyState(row),
  }));

/** With its credential a worker loses its keys: who has the one has the other. */
export async function revokeKeysOf(unit: Unit, worker: string, reason: string): Promise<void> {
  const rows = await unit.tx.evidenceKey.findMany({ where: { worker, revokedAt: null } });
  for (const { id } of rows) await revokeWithin(unit, id, worker, reason);
}

async function revokeWithin(unit: Unit, id: string, worker: string, reason: string) {
  const { count } = await unit.tx.evidenceKey.updateMany({
    where: { id, revokedAt: null },
    data: {
      revokedAt: new Date(),
      revokedByName: unit.caller.account?.username ?? null,
      revokedReason: reason,
    },
  });
  if (count === 0) return;
  await unit.audit({
    action: 'revoke-credential',
    entity: 'evidence-key',
    id,
    after: { worker },
    reason,
  });
}

/**
 * The public keys by which workers sign evidence. The private halves are made on the machines of the
 * workers; the API never sees them.
 */
export function createEvidenceKeys(options: {
  database: Database;
  units: Units;
  notices: Notices;
  tenant: string;
}) {
  const { database, units, notices, tenant } = options;

  return {
    /**
     * Takes the key that a worker made. It signs from now on; the one before counts for what it signed.
     *
     * @throws Problem `device.evidence-key-refused`: no Ed25519 key, one of another worker, a revoked
     *   one, or more than a worker ever needs.
     */
    async enrol(device: DeviceCaller, publicKey: string, from: RequestOrigin) {
      const refuse = (why: string) => new Problem('device.evidence-key-refused', why);
      if (!readEvidencePublicKey(publicKey)) throw refuse('It is no Ed25519 key (SPKI in base64).');
      const id = evidenceKeyIdOf(publicKey);
      const worker = device.name;
      if (worker === null) throw refuse('The credential is not that of a worker.');
      await units.run(deviceCaller(tenant, from), async (unit) => {
        const { tx } = unit;
        const all = await tx.evidenceKey.findMany({ where: { worker } });
        const known = await findEvidenceKey(tx, id);
        if (known && known.worker !== worker) throw refuse('It is the key of another worker.');
        if (known?.revokedAt) throw refuse('It was revoked; the worker has to make another one.');
        if (known && !known.retiredAt) return;
        if (!known && all.length >= MOST_KEYS) throw refuse(`It has had ${MOST_KEYS} keys.`);
        await tx.evidenceKey.updateMany({
          where: { worker, retiredAt: null, id: { not: id } },
          data: { retiredAt: new Date() },
        });
        if (known) await tx.evidenceKey.updateMany({ where: { id }, data: { retiredAt: null } });
        else {
          await tx.evidenceKey.createMany({
            data: [{ tenantId: tenant, id, worker, publicKey }],
            skipDuplicates: true,
          });
        }
        const after = { worker, credential: device.credential, address: from.address };
        await unit.audit({ action: 'enrol', entity: 'evidence-key', id, after });
        if (all.length > 0) await tell(unit, device.credential, worker, id, from);
      });
      return { id };
    },

    list: (account: Account, credential: string): Promise<z.infer<typeof evidenceKeyList>> =>
      database.transaction(actorOf(account), async (tx) => {
        const device = await tx.deviceCredential.findFirst({ where: { id: credential } });
        if (!device) throw new Problem('device.unknown');
        const rows =
          device.kind === 'worker'
            ? await tx.evidenceKey.findMany({
                where: { worker: device.name },
                orderBy: [{ enrolledAt: 'desc' }, { id: 'asc' }],
              })
            : [];
        return { items: rows.map(show) };
      }),

    /** What it signs from now on is not believed; again changes nothing. */
    revoke: (user: User, credential: string, id: string, reason: string) =>
      units.run(user, async (unit): Promise<EvidenceKeyView> => {
        const device = await unit.tx.deviceCredential.findFirst({ where: { id: credential } });
        const row = await findEvidenceKey(unit.tx, id);
        if (device?.kind !== 'worker' || row?.worker !== device.name) {
          throw new Problem('device.unknown', 'This device has no such key.');
        }
        await revokeWithin(unit, id, row.worker, reason);
        return show((await findEvidenceKey(unit.tx, id)) ?? row);
      }),
  };

  async function tell(
    unit: Unit,
    credential: string,
    worker: string,
    key: string,
    from: RequestOrigin,
  ): Promise<void> {
    await notices.notify(unit, {
      to: await holdersOf(unit.tx, 'device:manage'),
      kind: 'device.evidence-key',
      severity: 'info',
      title: {
        zh: `分析进程 ${worker} 更换了证据签名密钥`,
        en: `The worker ${worker} signs evidence with another key`,
      },
      body: {
        zh: `新密钥 ${key}，来自 ${from.address}。若非重装或更换设备，请吊销。`,
        en: `The key ${key}, from ${from.address}. Revoke it where the machine was not replaced or set up anew.`,
      },
      link: noticeLink('device.evidence-key', credential),
      subject: { entity: 'device-credential', id: credential },
    });
  }
}

const show = (row: Row): EvidenceKeyView => ({
  id: row.id,
  worker: row.worker,
  publicKey: row.publicKey,
  state: evidenceKeyState(row),
  enrolledAt: row.enrolledAt.toISOString(),
  retiredAt: row.retiredAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
  revokedBy: row.revokedByName,
  revokedReason: row.revokedReason,
});
