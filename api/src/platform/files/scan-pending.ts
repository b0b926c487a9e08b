import type { StoredFile } from '../../generated/prisma/client.ts';
import { systemCaller } from '../access/caller.ts';
import { removeInfected } from './bytes.ts';
import type { IntakeParts } from './intake.ts';
import { digestsOf } from './records.ts';
import type { Verdict } from './scanner.ts';

const BATCH = 200;
/** How long the removal of infected bytes is verified. */
const REMOVED_WITHIN_MS = 30 * 24 * 3600_000;

/**
 * Scans files that came while the scanner was unavailable, the oldest first. A file that the
 * scanner refuses, or whose bytes are missing, stays pending and does not block others.
 */
export async function scanPending(
  parts: IntakeParts,
  now: Date,
): Promise<{ scanned: number; infected: number }> {
  const { database, scanner, tenant } = parts;
  const tally = { scanned: 0, infected: 0 };
  await removeLeftovers(parts, now);
  if (!scanner) return tally;
  const rows = await database.transaction({ tenant, user: null }, (tx) =>
    tx.storedFile.findMany({
      where: { tenantId: tenant, scan: 'pending' },
      orderBy: { uploadedAt: 'asc' },
      take: BATCH,
    }),
  );
  for (const sha256 of new Set(rows.map((row) => row.sha256))) {
    const verdict = await look(parts, sha256);
    if (verdict === 'scanner-down') return tally;
    if (verdict === 'not-scanned') continue;
    tally.scanned++;
    if (!verdict.clean) tally.infected++;
    const changed = await note(parts, sha256, verdict);
    // After the commit: a rolled back row would be without its bytes.
    if (!verdict.clean) await remove(parts, changed);
  }
  return tally;
}

async function look(
  { scanner, store, tenant, log }: IntakeParts,
  sha256: string,
): Promise<Verdict | 'scanner-down' | 'not-scanned'> {
  if (!scanner) return 'scanner-down';
  if ((await store.size(tenant, sha256)) === null) {
    log.error({ sha256 }, 'the bytes of a file are not in the store: restore them from a backup');
    return 'not-scanned';
  }
  try {
    return await scanner.scan(store.read(tenant, sha256));
  } catch (error) {
    const why = (error as Error).message;
    const answers = await scanner.version().then(
      () => true,
      () => false,
    );
    if (answers) log.warn({ sha256, why }, 'the scanner refuses a file');
    else log.debug({ why }, 'the scanner does not answer yet');
    return answers ? 'not-scanned' : 'scanner-down';
  }
}

/** All rows with these bytes. */
function note(
  { units, tenant, log }: IntakeParts,
  sha256: string,
  verdict: Verdict,
): Promise<StoredFile[]> {
  return units.run(systemCaller(tenant), async (unit) => {
    const changed = await unit.tx.storedFile.updateManyAndReturn({
      where: { tenantId: tenant, sha256, scan: 'pending' },
      data: { scan: verdict.clean ? 'clean' : 'infected', scannedAt: new Date() },
    });
    if (verdict.clean) return changed;
    const { signature } = verdict;
    log.warn({ sha256, signature }, 'infected file');
    for (const { id, entity, entityId, uploadedBy } of changed) {
      await unit.audit({ action: 'infected', entity: 'file', id, after: { signature } });
      const data = { file: id, signature, uploadedBy, entity, entityId };
      await unit.emit({ entity: 'file', what: 'infected', subject: id, data });
    }
    return changed;
  });
}

const remove = ({ database, store, tenant }: IntakeParts, rows: readonly StoredFile[]) =>
  removeInfected(database, store, tenant, [...new Set(rows.flatMap(digestsOf))]);

/** Bytes kept because of a backup, or because the process ended. */
async function removeLeftovers(parts: IntakeParts, now: Date): Promise<void> {
  const { database, store, tenant } = parts;
  const since = new Date(now.getTime() - REMOVED_WITHIN_MS);
  const rows = await database.transaction({ tenant, user: null }, (tx) =>
    tx.storedFile.findMany({
      where: { tenantId: tenant, scan: 'infected', scannedAt: { gte: since } },
    }),
  );
  for (const row of rows) {
    if ((await store.size(tenant, row.sha256)) !== null) await remove(parts, [row]);
  }
}
