import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { devNull } from 'node:os';
import { dirname } from 'node:path';
import { privateFolder } from '@anshi/contracts/private-files';

const keptFiles = 3;

/**
 * Begins a new log file; the earlier ones move to `.1`, `.2` and `.3`.
 *
 * @returns a descriptor that a child process can write to by itself, so that what it says at its
 *   end is kept even where its parent is gone.
 */
export function beginLog(file: string): number {
  try {
    moveAside(file);
  } catch {
    // The old lines stay where they are, and the new ones follow them.
  }
  return appendTo(file);
}

/** Reopens the log of this run, for a restarted process. */
export function appendTo(file: string): number {
  try {
    // The folder may have been removed.
    privateFolder(dirname(file));
    return openSync(file, 'a', 0o600);
  } catch {
    // No room even for an empty file: a part without its log is better than none.
    return openSync(devNull, 'a');
  }
}

export const closeLog = closeSync;

/**
 * Keeps a log of a long run small. The writers append, so that they go on at the new end. Where the
 * disk has no room for a copy, the old lines go without one.
 */
export function trimLog(file: string, maxBytes: number): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= maxBytes) return;
  try {
    copyFileSync(file, `${file}.1`);
  } catch {
    rmSync(`${file}.1`, { force: true, recursive: true });
  }
  try {
    truncateSync(file, 0);
  } catch {
    // The plant does not stop for the sake of its logs; it is tried again in a minute.
  }
}

/** The last lines of a log; of JSON lines, message and error. Empty without a log. */
export function lastLines(file: string, count: number): string[] {
  if (!existsSync(file)) return [];
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, 32_768));
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    const lines = buffer.toString('utf8').split('\n');
    return lines
      .filter((line) => line.trim() !== '')
      .slice(-count)
      .map(readable);
  } finally {
    closeSync(descriptor);
  }
}

function readable(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } };
    return (
      [msg, err?.message === msg ? undefined : err?.message].filter(Boolean).join(': ') || line
    );
  } catch {
    return line;
  }
}

function moveAside(file: string): void {
  for (let i = keptFiles - 1; i >= 0; i--) {
    const from = i === 0 ? file : `${file}.${i}`;
    if (statSync(from, { throwIfNoEntry: false })) renameSync(from, `${file}.${i + 1}`);
  }
}
