import type { Transaction } from '../../platform/db/database.ts';

/**
 * Whether a worker was shut out: it has had credentials, and none of them is in force. One without any
 * has not enrolled yet; the bus knows it by its signature alone.
 */
export async function isWorkerRevoked(tx: Transaction, worker: string): Promise<boolean> {
  const rows = await tx.deviceCredential.findMany({
    where: { kind: 'worker', name: worker },
    select: { revokedAt: true, expiresAt: true },
  });
  const now = new Date();
  const counts = (row: (typeof rows)[number]) =>
    row.revokedAt === null && (row.expiresAt === null || row.expiresAt > now);
  return rows.length > 0 && !rows.some(counts);
}
