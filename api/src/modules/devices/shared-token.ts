import { createHash, timingSafeEqual } from 'node:crypto';
import { systemCaller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { type CredentialRow, kept, SHARED_NAME } from './rows.ts';

/** How long the shared token is valid after a worker first used its own credential. */
export const SHARED_GRACE_MS = 24 * 3_600_000;

const digest = (text: string) => createHash('sha256').update(text).digest();
/** Not the token, and nothing that it could be guessed from: it has 16 characters or more. */
const keyIdOf = (token: string) =>
  digest(`anshi shared token\n${token}`).toString('hex').slice(0, 16);

const isSomeWorkerUsed = async (tx: Transaction) =>
  (await tx.deviceCredential.count({ where: { kind: 'worker', firstUsedAt: { not: null } } })) > 0;

/** The old token that all workers share: ANSHI_WORKER_TOKEN. It expires automatically. */
export interface SharedToken {
  matches(secret: string): boolean;
  /**
   * The row with its expiry, created where it is missing. Another value of the setting is another
   * token: its row is replaced.
   */
  row(): Promise<CredentialRow | null>;
}

export function createSharedToken(options: {
  units: Units;
  tenant: string;
  /** Null: there is none. */
  token: string | null;
}): SharedToken {
  const { units, tenant, token } = options;
  const wanted = token === null ? null : digest(token);
  return {
    matches: (secret) => wanted !== null && timingSafeEqual(digest(secret), wanted),
    async row() {
      if (token === null) return null;
      const keyId = keyIdOf(token);
      return units.run(systemCaller(tenant), async (unit) => {
        const { tx } = unit;
        const found = await tx.deviceCredential.findFirst({ where: { kind: 'shared', keyId } });
        if (found) return found;
        await makeRow(unit, tenant, kept(keyId, token));
        return tx.deviceCredential.findFirst({ where: { kind: 'shared', keyId } });
      });
    },
  };
}

async function makeRow(
  { tx, audit }: Unit,
  tenantId: string,
  secret: ReturnType<typeof kept>,
): Promise<void> {
  const expiresAt = (await isSomeWorkerUsed(tx)) ? new Date(Date.now() + SHARED_GRACE_MS) : null;
  // The row of the value before it stays, and counts no more. Not the row of this value, which another
  // request may have made a moment ago: it would be revoked for good.
  await tx.deviceCredential.updateMany({
    where: { kind: 'shared', revokedAt: null, keyId: { not: secret.keyId } },
    data: { revokedAt: new Date(), revokedReason: 'ANSHI_WORKER_TOKEN has another value' },
  });
  const id = newId();
  const { count } = await tx.deviceCredential.createMany({
    data: [
      {
        tenantId,
        id,
        kind: 'shared',
        name: SHARED_NAME,
        ...secret,
        origin: 'settings',
        expiresAt,
      },
    ],
    // Another process was faster.
    skipDuplicates: true,
  });
  if (count === 0) return;
  const after = { kind: 'shared', name: SHARED_NAME, until: expiresAt?.toISOString() ?? null };
  await audit({ action: 'create', entity: 'device-credential', id, after });
}

/** A worker used its own credential: from now on the shared token expires. */
export async function endSharedToken(tx: Transaction): Promise<void> {
  await tx.deviceCredential.updateMany({
    where: { kind: 'shared', expiresAt: null, revokedAt: null },
    data: { expiresAt: new Date(Date.now() + SHARED_GRACE_MS) },
  });
}
