import { BACKUP_LOCK } from '../backup/lock.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { ContentStore } from '../store/content.ts';
import type { CheckedFile, Part } from './check.ts';
import { isUsed, lockDigests } from './records.ts';

/** Limit of one file; the kinds have their own checks. */
const LIMIT = 2 * 1024 ** 3;

export const partsOf = ({ original, shown, preview }: CheckedFile): Part[] => {
  const byDigest = new Map([original, shown, preview].flatMap((p) => (p ? [[p.sha256, p]] : [])));
  return [...byDigest.values()];
};

/** Bytes first, rows second: an interruption in between leaves bytes, which the sweep removes. */
export async function putParts(
  store: ContentStore,
  tenant: string,
  parts: readonly Part[],
): Promise<void> {
  for (const { sha256, open } of parts) {
    const bytes = open();
    try {
      await store.put(tenant, sha256, bytes, { limit: LIMIT });
    } finally {
      bytes.destroy();
    }
  }
}

/**
 * Locks the digests and returns whether all bytes exist: until the end of the transaction nothing
 * removes them.
 */
export async function holdParts(
  tx: Transaction,
  store: ContentStore,
  tenant: string,
  parts: readonly Part[],
): Promise<boolean> {
  await lockDigests(
    tx,
    tenant,
    parts.map(({ sha256 }) => sha256),
  );
  for (const { sha256, bytes } of parts) {
    if ((await store.size(tenant, sha256)) !== bytes) return false;
  }
  return true;
}

/**
 * Removes bytes that no row needs any more; shared ones stay. During a backup all stay, since the
 * rows of its snapshot refer to them: the store's sweep removes them later.
 */
export async function removeUnused(
  database: Database,
  store: ContentStore,
  tenant: string,
  digests: readonly string[],
): Promise<number> {
  let removed = 0;
  for (const sha256 of digests) {
    await database.transaction({ tenant, user: null }, async (tx) => {
      if (await isBackedUpNow(tx)) return;
      await lockDigests(tx, tenant, [sha256]);
      if (await isUsed(tx, tenant, sha256)) return;
      await store.remove(tenant, sha256);
      removed++;
    });
  }
  return removed;
}

/**
 * Removes infected bytes, also where others share them: no user may have them. During a backup they
 * stay, see {@link removeUnused}.
 */
export async function removeInfected(
  database: Database,
  store: ContentStore,
  tenant: string,
  digests: readonly string[],
): Promise<void> {
  await database.transaction({ tenant, user: null }, async (tx) => {
    if (await isBackedUpNow(tx)) return;
    await lockDigests(tx, tenant, digests);
    for (const digest of digests) await store.remove(tenant, digest);
  });
}

async function isBackedUpNow(tx: Transaction): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ free: boolean }[]>`
    SELECT pg_try_advisory_xact_lock_shared(${BACKUP_LOCK}) AS free`;
  return row?.free !== true;
}
