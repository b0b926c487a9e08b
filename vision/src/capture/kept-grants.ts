import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { workerGrants } from '@anshi/contracts';
import type { Logger } from 'pino';
import { z } from 'zod';
import { writeDurably } from '../publish/durable-file.ts';

/** Below the folder of the worker. */
const NAME = 'grants.json';

const kept = z.object({
  cameras: z.array(
    workerGrants.shape.cameras.element.pick({ camera: true, number: true, since: true }),
  ),
});
export type KeptGrant = z.infer<typeof kept>['cameras'][number];

/** What this worker was given last; undefined where it never was given anything, or cannot tell. */
export async function readKeptGrants(
  folder: string,
  log: Pick<Logger, 'error'>,
): Promise<KeptGrant[] | undefined> {
  try {
    return kept.parse(JSON.parse(await readFile(join(folder, NAME), 'utf8'))).cameras;
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') log.error({ why: code ?? name }, `${NAME} cannot be used`);
    return undefined;
  }
}

export const keepGrants = (folder: string, cameras: readonly KeptGrant[]): Promise<void> =>
  writeDurably(join(folder, NAME), JSON.stringify({ cameras }));

export const forgetGrants = (folder: string): Promise<void> =>
  rm(join(folder, NAME), { force: true });
