import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Ring } from './ring.ts';

/**
 * Opens the rings of earlier runs, for pending clips; empty ones are removed.
 *
 * @param rings by camera; those found are added.
 */
export async function openRings(
  folder: string,
  seconds: number,
  rings: Map<string, Ring>,
): Promise<void> {
  for (const id of await readdir(folder)) {
    const ring = await Ring.open(join(folder, id), seconds);
    if (ring.end > 0) rings.set(id, ring);
    else await rm(join(folder, id), { recursive: true, force: true });
  }
}

/** Takes old segments away, once those that clips need are held. */
export async function pruneRings(
  rings: ReadonlyMap<string, Ring>,
  log: Pick<Logger, 'warn'>,
): Promise<void> {
  for (const ring of rings.values()) {
    await ring.prune().catch((err: unknown) => log.warn({ err }, 'old segments stay'));
  }
}
