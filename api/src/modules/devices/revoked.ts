import type { DeviceKind } from '@anshi/contracts/device-secret';
import type { Transaction } from '../../platform/db/database.ts';

/** As {@link isDeviceRevoked}; one without any credential has not enrolled yet. */
export const isWorkerRevoked = (tx: Transaction, worker: string): Promise<boolean> =>
  isDeviceRevoked(tx, 'worker', worker);

/**
 * Whether a device was shut out: it has had credentials, and none of them is in force. One without any
 * is known to the bus by its signature alone.
 */
export async function isDeviceRevoked(
  tx: Transaction,
  kind: DeviceKind,
  name: string,
): Promise<boolean> {
  const rows = await tx.deviceCredential.findMany({
    where: { kind, name },
    select: { revokedAt: true, expiresAt: true },
  });
  return rows.length > 0 && !rows.some(counts);
}

/** The devices of a kind with a credential in force, and those that were shut out. */
export async function credentialsInForce(
  tx: Transaction,
  kind: DeviceKind,
): Promise<{ inForce: ReadonlySet<string>; revoked: ReadonlySet<string> }> {
  const rows = await tx.deviceCredential.findMany({
    where: { kind },
    select: { name: true, revokedAt: true, expiresAt: true },
  });
  const inForce = new Set(rows.filter(counts).map(({ name }) => name));
  const revoked = new Set(rows.map(({ name }) => name).filter((name) => !inForce.has(name)));
  return { inForce, revoked };
}

function counts({ revokedAt, expiresAt }: { revokedAt: Date | null; expiresAt: Date | null }) {
  return revokedAt === null && (expiresAt === null || expiresAt > new Date());
}
