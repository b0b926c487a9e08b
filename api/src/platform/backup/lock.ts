import type { Transaction } from '../db/database.ts';

/** An advisory lock: while a session holds it, no bytes are removed from the stores. */
export const BACKUP_LOCK = 4_141_002;

/**
 * While a backup runs, files are not removed; the next night removes them. Held until the end of
 * the transaction, so that no backup starts during a removal.
 */
export async function mayRemoveFiles(tx: Transaction): Promise<boolean> {
  const [backup] = await tx.$queryRaw<{ free: boolean }[]>`
    SELECT pg_try_advisory_xact_lock_shared(${BACKUP_LOCK}) AS free`;
  return backup?.free === true;
}
