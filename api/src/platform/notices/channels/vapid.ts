import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import webPush from 'web-push';
import { z } from 'zod';

const kept = z.object({ publicKey: z.string(), privateKey: z.string() });

/** The VAPID keys of this installation. Browsers subscribe with the public one. */
export type VapidKeys = z.infer<typeof kept>;

/**
 * Reads the keys, or generates them once: with other keys every browser would have to subscribe
 * again. Stored in the data folder, which all API processes share, readable by the owner only.
 */
export function openVapidKeys(dataDir: string): VapidKeys {
  const folder = join(dataDir, 'secrets');
  const file = join(folder, 'web-push.json');
  const read = () => kept.parse(JSON.parse(readFileSync(file, 'utf8')));
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new Error(
        `${file} cannot be read (${(error as Error).message}): restore it from a backup, or delete it; then every browser must allow notices again`,
      );
    }
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    // Of two processes that start together, the first one's keys are kept.
    writeFileSync(file, JSON.stringify(webPush.generateVAPIDKeys()), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return read();
}
