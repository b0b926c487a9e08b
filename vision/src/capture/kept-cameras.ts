import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { workerCameras } from '@anshi/contracts';
import { z } from 'zod';
import { writeDurably } from '../publish/durable-file.ts';

/** Below the folder of the worker. It holds passwords of cameras: for its owner alone. */
const NAME = 'cameras.json';
const MODE = 0o600;

const kept = workerCameras.extend({
  refused: z.array(z.object({ camera: z.string(), version: z.number(), reason: z.string() })),
});
/** The last good configuration, and what was refused of the newest one. */
export type KeptCameras = z.infer<typeof kept>;

/** @returns undefined where there is none, or it is damaged; then the API is asked. */
export async function readKeptCameras(folder: string): Promise<KeptCameras | undefined> {
  try {
    return kept.parse(JSON.parse(await readFile(join(folder, NAME), 'utf8')));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || error instanceof SyntaxError || error instanceof z.ZodError) {
      return undefined;
    }
    throw error;
  }
}

/** Where the API has none to give: the worker's own file counts. */
export const forgetCameras = (folder: string): Promise<void> =>
  rm(join(folder, NAME), { force: true });

export const keepCameras = (folder: string, cameras: KeptCameras): Promise<void> =>
  writeDurably(join(folder, NAME), JSON.stringify(cameras), { mode: MODE });
