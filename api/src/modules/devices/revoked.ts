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
  const now = new Date();
  const counts = (row: (typeof rows)[number]) =>
    row.revokedAt === null && (row.expiresAt === null || row.expiresAt > now);
  return rows.length > 0 && !rows.some(counts);
}
