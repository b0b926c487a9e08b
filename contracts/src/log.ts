import { writeSync } from 'node:fs';
import process from 'node:process';

/** How long a reader that is slow is waited for, before the first line is dropped. */
const SLOW_READER_TRIES = 20;
const SLOW_READER_MS = 5;

/** Takes the lines of a log, as pino gives them. */
export interface LogDestination {
  write(line: string): void;
}

let dropped = 0;

/** Lines that this process could not write since it began. */
export const droppedLogLines = (): number => dropped;

/**
 * Writes the log to a descriptor at once, and never stops its process: where the disk is full or the
 * reader is gone, lines are dropped and counted. A slow reader is waited for until a line is dropped,
 * and not again until it has read. The first line that finds room again is preceded by one that tells
 * how many are missing.
 *
 * @param fd standard output where it is left out.
 * @param write for tests.
 */
export function logDestination(fd = 1, write: typeof writeSync = writeSync): LogDestination {
  // What is printed otherwise, such as a warning of Node.js itself, must not end the process either.
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listenerCount('error', ignore) === 0) stream.on('error', ignore);
  }
  let missing = 0;
  /** A line stopped in its middle. */
  let isBroken = false;

  /**
   * @param tries how often a slow reader is waited for.
   * @returns whether all of the text is written.
   */
  function put(text: string, tries: number): boolean {
    const bytes = Buffer.from(isBroken ? `\n${text}` : text);
    let done = 0;
    for (let left = tries; done < bytes.length; ) {
      try {
        done += write(fd, bytes, done);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EAGAIN' && left-- > 0) {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW_READER_MS);
          continue;
        }
        // Nothing of this text: what was broken stays as it was.
        if (done > 0) isBroken = true;
        return false;
      }
    }
    isBroken = false;
    return true;
  }

  return {
    write(line) {
      const tries = missing > 0 ? 0 : SLOW_READER_TRIES;
      if (missing > 0) {
        const told = {
          level: 40,
          time: Date.now(),
          pid: process.pid,
          dropped: missing,
          msg: `${missing} lines of this log are missing: there was no room to write them`,
        };
        if (put(`${JSON.stringify(told)}\n`, tries)) missing = 0;
      }
      if (missing > 0 || !put(line, tries)) {
        missing++;
        dropped++;
      }
    },
  };
}

function ignore(): void {}
