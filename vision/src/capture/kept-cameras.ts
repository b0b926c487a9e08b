import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { workerCameras } from '@anshi/contracts';
import type { Logger } from 'pino';
import { z } from 'zod';
import { writeDurably } from '../publish/durable-file.ts';

/** Below the folder of the worker. It holds passwords of cameras: for its owner alone. */
const NAME = 'cameras.json';
const MODE = 0o600;

const camera = workerCameras.shape.cameras.element.extend({
  /** Those that it was good with; an earlier version of this file has none. */
  sites: z.array(z.unknown()).optional(),
});
const kept = workerCameras.extend({
  cameras: z.array(camera),
  refused: z.array(z.object({ camera: z.string(), version: z.number(), reason: z.string() })),
});
/** The last good configuration, and what was refused of the newest one. */
export type KeptCameras = z.infer<typeof kept>;

/**
 * @returns undefined where there is none, or it is damaged or cannot be read; then the API is asked. A
 *   worker that does not start would be worse.
 */
export async function readKeptCameras(
  folder: string,
  log: Pick<Logger, 'error'>,
): Promise<KeptCameras | undefined> {
  try {
    return kept.parse(JSON.parse(await readFile(join(folder, NAME), 'utf8')));
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    // Not its message: that of JSON quotes the text, which has passwords in it.
    if (code !== 'ENOENT') log.error({ why: code ?? name }, `${NAME} cannot be used`);
    return undefined;
  }
}

/** Where the API has none to give: the worker's own file counts. */
export const forgetCameras = (folder: string): Promise<void> =>
  rm(join(folder, NAME), { force: true });

export const keepCameras = (folder: string, cameras: KeptCameras): Promise<void> =>
  writeDurably(join(folder, NAME), JSON.stringify(cameras), { mode: MODE });
