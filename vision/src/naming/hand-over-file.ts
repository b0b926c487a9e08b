import { readFileSync, renameSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { handOverSeen } from '@anshi/contracts';
import type { Logger } from 'pino';
import { z } from 'zod';
import { writeDurably } from '../publish/durable-file.ts';
import type { HandOverSaid } from './hand-overs.ts';

/** After a write that failed it is tried again after this, ms. */
const RETRY_MS = 1_000;

const content = z.array(handOverSeen.omit({ worker: true }));

/** Keeps the hand-overs that the API does not hold yet through a restart of the worker. */
export interface HandOverStore {
  /** Those that were kept. */
  readonly kept: readonly HandOverSaid[];
  /** Keeps these in the place of all before; the last call counts. */
  keep(said: readonly HandOverSaid[]): void;
  /** Waits until the last ones are kept, or could not be. */
  flush(): Promise<void>;
}

/**
 * The file of hand-overs in the folder of a worker. Each write replaces it as a whole. Where the disk is full it tries again
 * until it succeeds; what it is given is told meanwhile as well.
 */
export function openHandOverFile(folder: string, log: Pick<Logger, 'error'>): HandOverStore {
  const path = join(folder, 'hand-overs.json');
  let next: readonly HandOverSaid[] | null = null;
  let writing: Promise<void> | null = null;
  let isClosing = false;

  async function write(): Promise<void> {
    while (next !== null) {
      const said = next;
      next = null;
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeDurably(path, JSON.stringify(said), { mode: 0o600 });
      } catch (err) {
        log.error({ err }, `hand-overs in view cannot be written to ${path}; free space there`);
        if (isClosing) return;
        next ??= said;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
  }

  return {
    kept: read(path, log),
    keep(said) {
      next = said;
      writing ??= write().finally(() => {
        writing = null;
      });
    },
    async flush() {
      isClosing = true;
      await writing;
    },
  };
}

/** Damaged content is set aside: names are withheld then by what the API holds alone. */
function read(path: string, log: Pick<Logger, 'error'>): HandOverSaid[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw err;
  }
  try {
    return content.parse(JSON.parse(text));
  } catch (err) {
    log.error({ err, path }, 'the hand-overs of before cannot be read; the file is set aside');
    renameSync(path, `${path}.damaged`);
    return [];
  }
}
