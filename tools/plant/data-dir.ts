import { randomUUID } from 'node:crypto';
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ProcessLock, tryLock } from '@anshi/contracts/process-lock';
import { PlantProblem } from './problem.ts';

/**
 * Makes the data folder, or checks that the one that is there can be used.
 *
 * @returns its absolute path.
 * @throws PlantProblem that names the folder, what is wrong and what to do.
 */
export function prepareDataDir(path: string): string {
  const dir = resolve(path);
  const probe = join(dir, `.probe-${randomUUID()}`);
  try {
    mkdirSync(dir, { recursive: true });
    accessSync(dir, constants.R_OK | constants.X_OK);
    writeFileSync(probe, '');
    rmSync(probe);
    return dir;
  } catch (error) {
    throw new PlantProblem(sentence(dir, error as NodeJS.ErrnoException));
  }
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
