import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCaller } from '../access/caller.ts';
import { removeUnused } from './bytes.ts';
import { type Intake, type IntakeParts, removeUpload } from './intake.ts';
import { digestsOf } from './records.ts';
import { scanPending } from './scan-pending.ts';
import { markReceived } from './uploads.ts';

const HOUR_MS = 3600_000;
/** Age limit of unattached files and stalled uploads. */
export const FREE_FOR_MS = 24 * HOUR_MS;
/** How long the result of an upload is kept. */
const TOLD_FOR_MS = 7 * 24 * HOUR_MS;
const BATCH = 200;

export interface Swept {
  /** Cancelled uploads. */
  expired: number;
  /** Unattached files. */
  unattached: number;
  /** Unreferenced bytes in the store. */
  orphans: number;
  scanned: number;
  infected: number;
}

/**
 * Cleans up: resumes files of a process that ended, scans pending files, removes unattached files
 * and bytes without a row.
 *
 * @param options.now for tests.
 * @param options.orphans whether the whole store is swept, which takes long.
 */
export async function sweepFiles(
  parts: IntakeParts,
  intake: Intake,
  options: { now?: Date; orphans?: boolean } = {},
): Promise<Swept> {
  const now = options.now ?? new Date();
  const expired = await sweepUploads(parts, intake, now);
  const scans = await scanPending(parts, now);
  const unattached = await sweepUnattached(parts, now);
  const orphans = options.orphans ? await sweepOrphans(parts, now) : 0;
  return { expired, unattached, orphans, ...scans };
}

async function sweepUploads(parts: IntakeParts, intake: Intake, now: Date): Promise<number> {
  const { database, tenant, folder } = parts;
  const before = (ms: number) => new Date(now.getTime() - ms);
  const within = <R>(work: Parameters<typeof database.transaction<R>>[1]) =>
    database.transaction({ tenant, user: null }, work);

  const coming = await within((tx) =>
    tx.upload.findMany({ where: { tenantId: tenant, state: 'coming' }, take: 5_000 }),
  );
  let expired = 0;
  for (const { id, bytes, createdAt } of coming) {
    const size = await stat(join(folder, id)).then(
      (found) => found.size,
      () => null,
    );
    // It was complete when the process ended, before it was recorded.
    if (size === Number(bytes)) await within((tx) => markReceived(tx, tenant, id));
    else if (createdAt < before(FREE_FOR_MS)) {
      const where = { tenantId: tenant, id, state: 'coming' };
      const { count } = await within((tx) => tx.upload.deleteMany({ where }));
      if (count > 0) await removeUpload(folder, id);
      expired += count;
    }
  }
  const received = await within((tx) =>
    tx.upload.findMany({
      where: { tenantId: tenant, state: 'received' },
      orderBy: { createdAt: 'asc' },
      take: BATCH,
    }),
  );
  // Files in another machine's folder are left to its processes.
  for (const { id } of received) {
    if (await isThere(join(folder, id))) await intake.take(id);
  }
  await within((tx) =>
    tx.upload.deleteMany({
      where: {
        tenantId: tenant,
        state: { in: ['stored', 'refused'] },
        createdAt: { lt: before(TOLD_FOR_MS) },
      },
    }),
  );
  await sweepFolder(parts, now);
  return expired;
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Bytes of uploads without a row, and of finished ones. */
async function sweepFolder({ database, tenant, folder }: IntakeParts, now: Date): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const id = name.split('.')[0] ?? '';
    const found = await stat(join(folder, name)).catch(() => null);
    if (!found || now.getTime() - found.mtimeMs < FREE_FOR_MS + HOUR_MS) continue;
    const where = { tenantId: tenant, id, state: { in: ['coming', 'received'] } };
    const waits = await database.transaction({ tenant, user: null }, (tx) =>
      tx.upload.findFirst({ where, select: { id: true } }),
    );
    if (!waits) await removeUpload(folder, id);
  }
}

async function sweepUnattached(parts: IntakeParts, now: Date): Promise<number> {
  const { units, database, store, tenant } = parts;
  for (let removed = 0; ; ) {
    const gone = await units.run(systemCaller(tenant), async (unit) => {
      const ids = await unit.tx.$queryRaw<{ id: string }[]>`
        SELECT id FROM stored_file
        WHERE entity IS NULL AND uploaded_at < ${new Date(now.getTime() - FREE_FOR_MS)}
        ORDER BY uploaded_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`;
      const where = { tenantId: tenant, id: { in: ids.map(({ id }) => id) } };
      const rows = await unit.tx.storedFile.findMany({ where });
      await unit.tx.storedFile.deleteMany({ where });
      for (const { id, name, sha256 } of rows) {
        await unit.audit({
          action: 'delete',
          entity: 'file',
          id,
          before: { name, sha256 },
          reason: 'nobody attached it within a day',
        });
      }
      return rows;
    });
    await removeUnused(database, store, tenant, gone.flatMap(digestsOf));
    removed += gone.length;
    if (gone.length < BATCH) return removed;
  }
}

/** Bytes that a process stored without a row before it ended. */
async function sweepOrphans({ database, store, tenant }: IntakeParts, now: Date): Promise<number> {
  let removed = 0;
  for await (const blob of store.list()) {
    if (blob.tenant !== tenant || now.getTime() - blob.at.getTime() < FREE_FOR_MS) continue;
    removed += await removeUnused(database, store, tenant, [blob.sha256]);
  }
  return removed;
}
