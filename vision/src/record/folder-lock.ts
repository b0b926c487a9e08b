import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const LOCK_NAME = 'worker.lock';

/** Who holds a folder. The start time tells a process from a later one with the same id. */
const holderText = z.object({
  pid: z.number().int().positive(),
  /** Clock ticks since boot; null where the system does not tell. */
  startTicks: z.string().nullable(),
  worker: z.string(),
});
type Holder = z.infer<typeof holderText>;

/**
 * Takes a worker's folder for this process: two workers would send and remove each other's events.
 * The lock of a process that is gone is cleared.
 *
 * @param worker name of this worker, for whoever finds the folder taken.
 * @returns gives the folder back.
 * @throws Error with a sentence that says who has the folder and what to do.
 */
export function lockFolder(path: string, worker: string): () => void {
  const folder = resolve(path);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, LOCK_NAME);
  const draft = join(folder, `.${LOCK_NAME}-${randomUUID()}`);
  const own: Holder = { pid: process.pid, startTicks: startTicks(process.pid), worker };
  const text = JSON.stringify(own);
  writeFileSync(draft, text);
  try {
    // A link appears at once and with its content, and fails where the name is taken.
    while (!linked(draft, file)) {
      const seen = readText(file);
      const holder = holderOf(seen);
      if (holder && isAlive(holder)) throw new Error(taken(folder, holder));
      clearStale(file, seen);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (readText(file) === text) rmSync(file, { force: true });
  };
}

const taken = (folder: string, { worker, pid }: Holder) =>
  `the worker "${worker}" (process ${pid}) already runs from the folder ${folder}. ` +
  `Stop it first (kill ${pid}), or start this one with another ANSHI_WORKER_DIR and ANSHI_WORKER_ID.`;

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/**
 * Removes the lock of a worker that is gone. Of two that clear at the same moment only one finds
 * the name; the later one may find the lock that the quicker one has made since, and puts it back.
 */
function clearStale(file: string, seen: string): void {
  const aside = `${file}-stale-${randomUUID()}`;
  try {
    renameSync(file, aside);
    if (readText(aside) !== seen) linked(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

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
    return holderText.parse(JSON.parse(text));
  } catch {
    return undefined;
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
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
