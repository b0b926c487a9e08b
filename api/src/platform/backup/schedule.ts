import { basename } from 'node:path';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import type { Keyring } from '../sealed/keyring.ts';
import { openBlobs } from '../store/open.ts';
import { keepNewest, newArchive } from './folder.ts';
import type { SealingKeys } from './keys.ts';
import { makeBackup } from './make.ts';
import { recorded } from './runs.ts';

export interface BackupSettings {
  folder: string;
  /** Number of backups to keep. */
  keep: number;
  keys: SealingKeys;
}

const LOOK_EVERY_MS = 15 * 60_000;
const DAY_MS = 24 * 3600_000;
/** Delay after a failure. */
const AGAIN_AFTER_MS = 3600_000;

/**
 * Makes a daily backup, as soon as the newest is older than a day. Of several processes one does
 * it: the lock and the record of runs are in the database.
 */
export function scheduleBackups(options: {
  database: Database;
  tenant: string;
  adminUrl: string;
  place: Parameters<typeof openBlobs>[1];
  /** Signs the index. */
  keyring: Keyring;
  version: string;
  backup: BackupSettings;
  log: Logger;
  firstLookMs?: number;
  /** Called after each check. */
  onLooked?: () => void;
}): { close(): Promise<void> } {
  const { backup, adminUrl, place, keyring, version, log } = options;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let closed = false;

  async function look(): Promise<void> {
    if (!(await isDue(options.database, options.tenant))) return;
    const file = await newArchive(backup.folder);
    const stores = { evidence: openBlobs('evidence', place), files: openBlobs('files', place) };
    const made = await recorded(adminUrl, 'backup', basename(file), () =>
      makeBackup({ file, keys: backup.keys, adminUrl, stores, keyring, version }),
    );
    const gone = await keepNewest(backup.folder, backup.keep);
    log.info({ file, ...made, gone }, 'backup made');
  }

  function next(): void {
    if (closed) return;
    running = look()
      .catch((error: unknown) => log.error({ err: error }, 'the backup failed'))
      .finally(() => {
        options.onLooked?.();
        if (!closed) timer = setTimeout(next, LOOK_EVERY_MS).unref();
      });
  }
  timer = setTimeout(next, options.firstLookMs ?? 5_000).unref();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

const isDue = (database: Database, tenantId: string, now = Date.now()): Promise<boolean> =>
  database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    const recent = await tx.backupRun.findFirst({
      where: {
        tenantId,
        kind: 'backup',
        OR: [
          { ok: true, startedAt: { gt: new Date(now - DAY_MS) } },
          { ok: false, startedAt: { gt: new Date(now - AGAIN_AFTER_MS) } },
        ],
      },
    });
    return recent === null;
  });
