import { randomUUID } from 'node:crypto';
import {
  accessSync,
  constants,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
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

/** Who holds a data folder. The start time tells a process from a later one with the same id. */
interface Holder {
  pid: number;
  /** Clock ticks since boot; null where the system does not tell. */
  startTicks: string | null;
  url: string;
}

/** A data folder belongs to one running plant at a time. */
export interface InstanceLock {
  /** True where an earlier instance ended without cleaning up: its parts may still be stopping. */
  readonly wasStale: boolean;
  release(): void;
}

const lockName = 'running.json';

/**
 * Takes the data folder for this process. The lock of a process that is gone is cleared.
 *
 * @throws PlantProblem where another instance runs from the folder.
 */
export function lockDataDir(dir: string, url: string): InstanceLock {
  const file = join(dir, lockName);
  const own: Holder = { pid: process.pid, startTicks: startTicks(process.pid), url };
  const draft = join(dir, `.${lockName}-${randomUUID()}`);
  writeFileSync(draft, JSON.stringify(own));
  let wasStale = false;
  try {
    for (;;) {
      try {
        // A link appears at once and with its content, and fails where the name is taken.
        linkSync(draft, file);
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const seen = readText(file);
      const holder = holderOf(seen);
      if (holder !== undefined && isAlive(holder)) throw new PlantProblem(taken(dir, holder));
      wasStale = true;
      clearStale(file, seen);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    wasStale,
    release: () => {
      if (holderOf(readText(file))?.pid === process.pid) rmSync(file, { force: true });
    },
  };
}

const taken = (dir: string, holder: Holder) =>
  `Anshi already runs from the data folder ${dir} (process ${holder.pid}, ${holder.url}). ` +
  `Stop it first (kill ${holder.pid}), or start this one with another ANSHI_DATA_DIR and ANSHI_HTTP_PORT.`;

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** undefined where the lock is gone or broken. */
function holderOf(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

/**
 * Removes the lock of an instance that is gone. Of two that clear at the same moment only one finds
 * the name; the later one may find the lock that the quicker one has made since, and puts it back.
 *
 * @param seen what the lock held when its instance was found gone.
 */
export function clearStale(file: string, seen: string): void {
  const aside = join(dirname(file), `.${lockName}-stale-${randomUUID()}`);
  try {
    renameSync(file, aside);
    if (readText(aside) !== seen) linkSync(aside, file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ENOENT', 'EEXIST'].includes(code)) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startTicks(holder.pid);
  return now === null || holder.startTicks === null || now === holder.startTicks;
}

/** Field 22 of /proc/<pid>/stat; the second field may itself hold spaces and brackets. */
export function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
