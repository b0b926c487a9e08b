import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Upload } from '../../generated/prisma/client.ts';
import { systemCaller } from '../access/caller.ts';
import type { Database } from '../db/database.ts';
import { isDatabaseUnavailable, noRoomOf } from '../db/database-errors.ts';
import type { Units } from '../db/unit-of-work.ts';
import type { Disks } from '../disks/watch.ts';
import { Problem } from '../http/errors.ts';
import type { ContentStore } from '../store/content.ts';
import { holdParts, partsOf, putParts } from './bytes.ts';
import { type CheckedFile, checkFile } from './check.ts';
import { createLimiter } from './limiter.ts';
import { type Scanner, scanFile } from './scanner.ts';
import type { StoredFile } from './types.ts';

export interface IntakeParts {
  database: Database;
  units: Units;
  store: ContentStore;
  /** Null where none is configured. */
  scanner: Scanner | null;
  /** Where uploads are until they are in the store. */
  folder: string;
  disks: Pick<Disks, 'requireRoom'>;
  zone: string;
  tenant: string;
  log: Logger;
}

/** Time limit of a process for one file, before another may take it over. */
const LEASE_MS = 10 * 60_000;
const MOST_ATTEMPTS = 4;
/** After that long a file that found no room is tried again. */
const ROOM_AGAIN_MS = 10_000;

/** Processes a complete upload: checks it, stores its bytes, and creates its row. */
export interface Intake {
  /** Resolves when it is stored or refused; idempotent, also over several processes. */
  take(id: string): Promise<void>;
  /** Waits for this process's work on a file. */
  waitFor(id: string, withinMs: number): Promise<void>;
  idle(): Promise<void>;
}

export function createIntake(parts: IntakeParts): Intake {
  const { log } = parts;
  const running = new Map<string, Promise<void>>();
  // Pictures and videos have their own limits; this one is for documents and the scanner.
  const oneOfFour = createLimiter(4);
  const intake: Intake = {
    take(id) {
      const known = running.get(id);
      if (known) return known;
      const work = oneOfFour(() => takeOne(parts, id))
        .catch((error: unknown) => {
          log.error({ err: error, upload: id }, 'a file is retried');
          // Its sender was told that it is here: it is not to wait for the next sweep.
          if (isNoRoom(error)) takeAgain(id);
        })
        .finally(() => running.delete(id));
      running.set(id, work);
      return work;
    },
    async waitFor(id, withinMs) {
      const work = running.get(id);
      if (!work) return;
      let timer: NodeJS.Timeout | undefined;
      const end = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, withinMs);
      });
      await Promise.race([work, end]);
      clearTimeout(timer);
    },
    async idle() {
      await Promise.all(running.values());
    },
  };
  /** Where the database has no room either, it cannot even be noted that nobody is at the file. */
  function takeAgain(id: string): void {
    const attempt = () =>
      release(parts, id, true).then(
        () => intake.take(id),
        (error: unknown) => {
          if (isNoRoom(error)) takeAgain(id);
          else log.error({ err: error, upload: id }, 'a file waits for the next sweep');
        },
      );
    setTimeout(attempt, ROOM_AGAIN_MS).unref();
  }
  return intake;
}

/** Whether a disk is full, or the database cannot be asked because its disk is. */
function isNoRoom(error: unknown): boolean {
  return (
    (error instanceof Problem && error.status === 507) ||
    noRoomOf(error) !== null ||
    isDatabaseUnavailable(error)
  );
}

async function takeOne(parts: IntakeParts, id: string): Promise<void> {
  const { folder, zone, log } = parts;
  const upload = await claim(parts, id);
  if (!upload) return;
  const path = join(folder, id);
  try {
    if (upload.attempts > MOST_ATTEMPTS) throw new Problem('file.failed');
    const scan = await scanNow(parts, path);
    if (scan.state === 'infected') {
      log.warn({ upload: id, user: upload.userId, signature: scan.signature }, 'infected file');
      throw new Problem('file.infected', `The scanner found ${scan.signature} in it.`);
    }
    const announced = { name: upload.name, mediaType: upload.announcedType };
    const checked = await checkFile(path, announced, zone);
    await keep(parts, upload, checked, scan.state);
  } catch (error) {
    const isFinal = error instanceof Problem && error.code.startsWith('file.');
    if (!isFinal) {
      if (!isNoRoom(error)) await release(parts, id, false);
      throw error;
    }
    await refuse(parts, upload, error);
  }
  await removeUpload(folder, id);
}

/** Removes an upload's temporary files. */
export async function removeUpload(folder: string, id: string): Promise<void> {
  for (const end of ['', '.json', '.shown']) await rm(join(folder, id + end), { force: true });
}

const claim = ({ database, tenant }: IntakeParts, id: string): Promise<Upload | null> =>
  database.transaction({ tenant, user: null }, async (tx) => {
    const now = new Date();
    const free = [{ checkingUntil: null }, { checkingUntil: { lt: now } }];
    const claimed = await tx.upload.updateManyAndReturn({
      where: { tenantId: tenant, id, state: 'received', OR: free },
      data: { checkingUntil: new Date(now.getTime() + LEASE_MS), attempts: { increment: 1 } },
    });
    return claimed[0] ?? null;
  });

/** @param again the attempt does not count: nothing is wrong with the file. */
const release = ({ database, tenant }: IntakeParts, id: string, again: boolean) =>
  database.transaction({ tenant, user: null }, (tx) =>
    tx.upload.updateMany({
      where: { tenantId: tenant, id, state: 'received' },
      data: { checkingUntil: null, ...(again && { attempts: { decrement: 1 } }) },
    }),
  );

type Scan = { state: 'clean' | 'unscanned' | 'pending' } | { state: 'infected'; signature: string };

/** An unavailable scanner loses no file: it is scanned later. */
export async function scanNow(
  { scanner, log }: Pick<IntakeParts, 'scanner' | 'log'>,
  path: string,
): Promise<Scan> {
  if (!scanner) return { state: 'unscanned' };
  try {
    const verdict = await scanFile(scanner, path);
    if (verdict.clean) return { state: 'clean' };
    return { state: 'infected', signature: verdict.signature };
  } catch (error) {
    log.warn({ why: (error as Error).message }, 'the scanner does not answer: scanned later');
    return { state: 'pending' };
  }
}

async function keep(
  parts: IntakeParts,
  upload: Upload,
  checked: CheckedFile,
  scan: StoredFile['scan'],
): Promise<void> {
  const { units, store, tenant } = parts;
  const bytes = partsOf(checked);
  for (let attempt = 0; attempt < 3; attempt++) {
    await putParts(store, tenant, bytes);
    const isKept = await units.run(systemCaller(tenant), async (unit) => {
      // The sweep may have removed the same bytes of an older file meanwhile.
      if (!(await holdParts(unit.tx, store, tenant, bytes))) return false;
      const { original, shown, preview, takenWhere, ...rest } = checked;
      const row = {
        ...rest,
        id: upload.id,
        tenantId: tenant,
        bytes: original.bytes,
        sha256: original.sha256,
        shownSha256: shown.sha256,
        shownBytes: shown.bytes,
        shownType: shown.mediaType,
        previewSha256: preview?.sha256 ?? null,
        previewBytes: preview?.bytes ?? null,
        latitude: takenWhere?.latitude ?? null,
        longitude: takenWhere?.longitude ?? null,
        uploadedBy: upload.userId,
        sealed: store.encrypted,
        scan,
        scannedAt: scan === 'clean' ? new Date() : null,
      };
      await unit.tx.storedFile.createMany({ data: [row], skipDuplicates: true });
      await unit.tx.upload.updateMany({
        where: { tenantId: tenant, id: upload.id },
        data: { state: 'stored', checkingUntil: null },
      });
      await unit.audit({
        action: 'upload',
        entity: 'file',
        id: upload.id,
        after: {
          name: row.name,
          kind: row.kind,
          sha256: row.sha256,
          uploadedBy: upload.userId,
          scan,
        },
      });
      return true;
    });
    if (isKept) return;
  }
  throw new Error('the bytes of a file vanish from the store');
}

const refuse = ({ units, tenant }: IntakeParts, upload: Upload, problem: Problem) =>
  units.run(systemCaller(tenant), async (unit) => {
    const { code, message } = problem;
    await unit.tx.upload.updateMany({
      where: { tenantId: tenant, id: upload.id, state: 'received' },
      data: { state: 'refused', problem: { code, detail: message }, checkingUntil: null },
    });
    await unit.audit({
      action: 'refuse',
      entity: 'file',
      id: upload.id,
      after: { name: upload.name, uploadedBy: upload.userId, code },
      reason: message,
    });
  });
