import { chmodSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** Bits of a mode by which others than the owner may read, write or enter. */
const OTHERS = 0o077;

/**
 * From here on this process and those that it starts make files and folders for their owner alone:
 * logs, videos and outboxes show people, and every user of the machine could read them.
 */
export function keepFilesPrivate(): void {
  process.umask(OTHERS);
}

/**
 * Makes a folder for its owner alone, or takes the rights of others from one that is there.
 *
 * @throws Error of the file system, other than that the mode of another owner's folder stays.
 */
export function privateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  takeRightsOfOthers(path);
}

/**
 * Takes the rights of all but the owner from a folder and everything in it, as earlier versions left
 * them.
 *
 * @param leave folders that are left as they are.
 */
export function tightenTree(path: string, leave: (path: string) => boolean): void {
  if (leave(path)) return;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found || found.isSymbolicLink()) return;
  takeRightsOfOthers(path);
  if (!found.isDirectory()) return;
  for (const name of readdirSync(path)) tightenTree(join(path, name), leave);
}

/** Whether others than the owner have rights on it. */
export function isOpenToOthers(path: string): boolean {
  return ((lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0) & OTHERS) !== 0;
}

function takeRightsOfOthers(path: string): void {
  const mode = lstatSync(path).mode & 0o777;
  if ((mode & OTHERS) === 0) return;
  try {
    chmodSync(path, mode & ~OTHERS);
  } catch (error) {
    // A volume without file modes, or of another owner: its owner is responsible for it.
    if (!['EPERM', 'EROFS', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
  }
}
