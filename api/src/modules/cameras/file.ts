import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { type CamerasFile, CamerasFileError, readCamerasFile } from '@anshi/contracts';
import type { Logger } from 'pino';

/** The errors of the file, without its folder. */
export interface FileProblem {
  file: string;
  line: number;
  field: string;
  message: string;
}

/** The last valid cameras.yaml, and its current errors. */
export interface WatchedFile {
  readonly file: CamerasFile;
  readonly problems: FileProblem[];
  /** Base folder of its pictures. */
  readonly folder: string;
  close(): void;
}

/** Polling interval by time stamp, which also detects a renamed or mounted file. */
const LOOK_EVERY_MS = 1_000;

/**
 * Reads the file at each change. An invalid one keeps the last valid one and reports the errors.
 *
 * @param options.mayLack a plant may be set up in the app, without a file.
 * @param options.onChange called after each valid read.
 */
export async function watchCameras(
  path: string,
  log: Logger,
  { mayLack, onChange }: { mayLack: boolean; onChange: (file: CamerasFile) => void },
): Promise<WatchedFile> {
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
      if (mayLack && (error as NodeJS.ErrnoException).code === 'ENOENT') {
        problems = [];
        log.info('there is no cameras file; the plant is set up in the app');
        return;
      }
      problems =
        error instanceof CamerasFileError
          ? error.problems
          : [{ file: name, line: 0, field: '', message: whyUnread(error, full) }];
      log.warn({ problems }, 'the cameras file is not valid; the last valid one stays in use');
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
    close: () => unwatchFile(full, onLook),
  };
}

function whyUnread(error: unknown, path: string): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT'
    ? `the file is not there: put it at the place that ANSHI_CAMERAS names (${basename(path)})`
    : `the file cannot be read (${code}): change its owner or mode`;
}
