import { existsSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../../../package.json' with { type: 'json' };
import { reachAsOwner } from '../../embedded/reach.ts';
import { readPlace } from '../settings.ts';
import { openBlobs } from '../store/open.ts';

/** Common parts of the commands: the database as its owner, and the stores. */
export async function openCommand(options: { makeDataDir?: boolean } = {}) {
  const place = readPlace(process.env);
  if (!process.env.DATABASE_URL && !options.makeDataDir && !existsSync(place.dataDir)) {
    throw new Error(`there is no data folder ${place.dataDir}: set ANSHI_DATA_DIR or DATABASE_URL`);
  }
  const reached = await reachAsOwner(place.dataDir);
  return {
    ...reached,
    place,
    version: packageJson.version,
    keyringFile: process.env.ANSHI_KEYRING || join(place.dataDir, 'keyring.json'),
    stores: { evidence: openBlobs('evidence', place), files: openBlobs('files', place) },
  };
}

/** Ends a command with a one-line error. */
export function endWith(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    console.error((error as Error).message);
    process.exit(1);
  });
}

export const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
