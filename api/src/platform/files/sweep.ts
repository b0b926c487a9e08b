import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCaller } from '../access/caller.ts';
import { removeUnused } from './bytes.ts';
import { type Intake, type IntakeParts, removeUpload } from './intake.ts';
import { digestsOf } from './records.ts';
import { scanPending } from './scan-pending.ts';
import { markReceived } from './uploads.ts';

const HOUR_MS = 3600_000;
/** Unattached files, and uploads that do not go on. */
export const FREE_FOR_MS = 24 * HOUR_MS;
/** What is told of an upload after its end. */
const TOLD_FOR_MS = 7 * 24 * HOUR_MS;
const BATCH = 200;

export interface Swept {
  /** Uploads that were given up. */
  expired: number;
  /** Files that nobody attached. */
  unattached: number;
  /** Bytes in the store that no row needed. */
  orphans: number;
  scanned: number;
  infected: number;
}

/**
 * Puts in order what was left behind: takes up what a process that ended left half done, scans what
 * could not be scanned, removes what nobody attached, and bytes without a row.
 *
 * @param options.now for tests.
 * @param options.orphans whether the whole store is looked through, which takes its time.
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
    // It was whole when the process ended, before it could say so.
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
  // Files that lie in the folder of another machine are for its processes.
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

/** Bytes of uploads whose row is gone, and those of uploads that ended. */
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

/** Bytes that a process put and made no row of before it ended. */
async function sweepOrphans({ database, store, tenant }: IntakeParts, now: Date): Promise<number> {
  let removed = 0;
  for await (const blob of store.list()) {
    if (blob.tenant !== tenant || now.getTime() - blob.at.getTime() < FREE_FOR_MS) continue;
    removed += await removeUnused(database, store, tenant, [blob.sha256]);
  }
  return removed;
}
