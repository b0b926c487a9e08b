import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { type CamerasFile, CamerasFileError, readCamerasFile } from '@anshi/contracts';
import type { Logger } from 'pino';

/** What is wrong with the file, without the folder that it lies in. */
export interface FileProblem {
  file: string;
  line: number;
  field: string;
  message: string;
}

/** cameras.yaml as it was last valid, and what is wrong with it now. */
export interface CamerasConfiguration {
  readonly file: CamerasFile;
  readonly problems: FileProblem[];
  /** The folder that its pictures are relative to. */
  readonly folder: string;
  /** Reads it now, rather than when the watcher notices. */
  reload(): Promise<void>;
  close(): void;
}

/** The file is small and asked for its time stamp only; this sees a renamed or mounted one too. */
const LOOK_EVERY_MS = 1_000;

/**
 * Reads the file and again whenever it changes. A bad one keeps the last good one in force and says
 * what is wrong.
 *
 * @param onChange called after each reading that brought a valid file.
 */
export async function watchCameras(
  path: string,
  log: Logger,
  onChange: (file: CamerasFile) => void = () => {},
): Promise<CamerasConfiguration> {
  const full = resolve(path);
  const name = basename(full);
  let file: CamerasFile = { version: 1, sites: [], cameras: [] };
  let problems: FileProblem[] = [];

  async function reload(): Promise<void> {
    try {
      file = readCamerasFile(await readFile(full, 'utf8'), name);
      problems = [];
      log.info({ cameras: file.cameras.length }, 'cameras file read');
    } catch (error) {
      problems =
        error instanceof CamerasFileError
          ? error.problems
          : [{ file: name, line: 0, field: '', message: whyUnread(error, full) }];
      log.warn({ problems }, 'the cameras file is not valid; the last valid one stays in force');
      return;
    }
    onChange(file);
  }

  await reload();
  const onLook = () => void reload();
  watchFile(full, { interval: LOOK_EVERY_MS }, onLook);
  return {
    get file() {
      return file;
    },
    get problems() {
      return problems;
    },
    folder: dirname(full),
    reload,
    close: () => unwatchFile(full, onLook),
  };
}

function whyUnread(error: unknown, path: string): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT'
    ? `the file is not there: put it at the place that ANSHI_CAMERAS names (${basename(path)})`
    : `the file cannot be read (${code}): change its owner or mode`;
}
