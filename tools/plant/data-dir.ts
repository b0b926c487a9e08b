import { randomUUID } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { tightenTree } from '@anshi/contracts/private-files';
import { type ProcessLock, tryLock } from '@anshi/contracts/process-lock';
import { PlantProblem } from './problem.ts';

/**
 * Makes the data folder, or checks that the one that is there can be used. It is for this user alone:
 * what earlier versions left readable for others is not any more.
 *
 * @returns its absolute path.
 * @throws PlantProblem that names the folder, what is wrong and what to do.
 */
export function prepareDataDir(path: string): string {
  const dir = resolve(path);
  const probe = join(dir, `.probe-${randomUUID()}`);
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    accessSync(dir, constants.R_OK | constants.X_OK);
    writeFileSync(probe, '');
    rmSync(probe);
    closeToOthers(dir);
    return dir;
  } catch (error) {
    throw new PlantProblem(sentence(dir, error as NodeJS.ErrnoException));
  }
}

/**
 * Where the plant runs as root, PostgreSQL runs as another user, and passes through the folder by its
 * group; the database's process sets that, and the folders of PostgreSQL are its own.
 */
function closeToOthers(dir: string): void {
  const { mode, uid } = statSync(dir);
  const passable = process.getuid?.() === 0 ? 0o010 : 0;
  if (uid !== process.getuid?.() || (mode & 0o077 & ~passable) === 0) return;
  const postgres = join(dir, 'postgres');
  tightenTree(dir, (path) => path === postgres);
  chmodSync(dir, (mode & 0o700) | (mode & passable));
}

function sentence(dir: string, error: NodeJS.ErrnoException): string {
  const other = 'choose another folder by ANSHI_DATA_DIR';
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
      return `the data folder ${dir} cannot be read and written by this user. Change its owner or rights, or ${other}.`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `the data folder ${dir} cannot be made, because a file is in its place. Move that file, or ${other}.`;
    case 'EROFS':
      return `the data folder ${dir} is on a disk that can only be read. Please ${other}.`;
    case 'ENOSPC':
      return `the disk of the data folder ${dir} is full. Free some space, or ${other}.`;
    default:
      return `the data folder ${dir} cannot be used (${error.message}). Please ${other}.`;
  }
}

/**
 * Takes the data folder for this process: it belongs to one running plant at a time. The lock of a
 * process that is gone is taken over; its parts may still be stopping.
 *
 * @param url where this plant is reached, for those who find the folder taken.
 * @throws PlantProblem where another instance runs from the folder.
 */
export function lockDataDir(dir: string, url: string): ProcessLock {
  const { lock, holder } = tryLock(join(dir, 'running.json'), { url });
  if (lock) return lock;
  const { pid, about } = holder;
  throw new PlantProblem(
    `Anshi already runs from the data folder ${dir} (process ${pid}, ${about.url}). ` +
      `Stop it first (kill ${pid}), or start this one with another ANSHI_DATA_DIR and ANSHI_HTTP_PORT.`,
  );
}
