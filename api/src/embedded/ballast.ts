import { randomBytes } from 'node:crypto';
import { rmSync, statfsSync } from 'node:fs';
import { open, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';

/*
 * PostgreSQL ends (PANIC) where it finds no room for its write-ahead log, and needs room for a segment
 * of 16 MB to recover. So some space is set aside: a file beside the data, which goes when PostgreSQL
 * has to start on a full disk.
 */

const FILE = 'ballast';
const BALLAST = { bytes: 64 * 1024 * 1024, share: 0.1 };
/** What PostgreSQL needs to start, with some room to work. */
const START_NEEDS_BYTES = 24 * 1024 * 1024;
const LOOK_EVERY_MS = 10_000;
const CHUNK = 1024 * 1024;

/** @returns whether it was given up, because the disk has no room. */
export function releaseBallast(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= START_NEEDS_BYTES) return false;
  try {
    rmSync(join(folder, FILE));
    return true;
  } catch {
    return false;
  }
}

/** Sets it aside as soon as there is plenty of room, now and later. */
export function keepBallast(folder: string, log: Logger): void {
  const look = async () => {
    await setAside(folder).catch(async (error: unknown) => {
      log.warn({ err: error }, 'no space can be set aside for PostgreSQL');
      await rm(join(folder, FILE), { force: true }).catch(() => {});
    });
    setTimeout(look, LOOK_EVERY_MS).unref();
  };
  void look();
}

async function setAside(folder: string): Promise<void> {
  const { bavail, blocks, bsize } = await statfs(folder);
  const wanted = Math.min(BALLAST.bytes, Math.floor(blocks * bsize * BALLAST.share));
  const path = join(folder, FILE);
  const present = (await stat(path).catch(() => null))?.size ?? 0;
  // Only out of plenty: what fills the disk would have the rest at once.
  if (present >= wanted || bavail * bsize < 3 * wanted) return;
  const file = await open(path, 'a', 0o600);
  try {
    // Noise, so that no file system saves itself the space.
    for (let left = wanted - present; left > 0; left -= CHUNK) {
      await file.appendFile(randomBytes(Math.min(CHUNK, left)));
    }
    await file.sync();
  } finally {
    await file.close();
  }
}
