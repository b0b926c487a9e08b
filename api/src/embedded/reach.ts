import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findDatabase, startDatabase } from './database.ts';

/**
 * Finds the database for a command-line tool: the one of DATABASE_URL, else the embedded one of the
 * data folder, which is started where it is not running.
 *
 * @throws Error with the variable to set.
 */
export async function reachDatabase(
  dataDir: string,
): Promise<{ url: string; stop: () => Promise<unknown> }> {
  const url = process.env.DATABASE_URL;
  if (url) return { url, stop: async () => {} };
  const folder = join(dataDir, 'postgres');
  if (!existsSync(dataDir)) {
    throw new Error(`there is no data folder ${dataDir}: set ANSHI_DATA_DIR or DATABASE_URL`);
  }
  const running = await findDatabase(folder);
  if (running) return { url: running.appUrl, stop: async () => {} };
  const started = await startDatabase({ folder });
  return { url: started.appUrl, stop: () => started.stop() };
}

/**
 * The same as the table owner, for backup and restore. Where DATABASE_URL is set,
 * ANSHI_DATABASE_ADMIN_URL must name its owner.
 *
 * @throws Error with the variable to set.
 */
export async function reachAsOwner(
  dataDir: string,
): Promise<{ adminUrl: string; appUrl: string; stop: () => Promise<unknown> }> {
  const { DATABASE_URL: appUrl, ANSHI_DATABASE_ADMIN_URL: adminUrl } = process.env;
  if (appUrl && adminUrl) return { adminUrl, appUrl, stop: async () => {} };
  if (appUrl) {
    throw new Error('set ANSHI_DATABASE_ADMIN_URL to the owner of the tables of DATABASE_URL');
  }
  const folder = join(dataDir, 'postgres');
  const running = await findDatabase(folder);
  if (running) return { ...running, stop: async () => {} };
  const { adminUrl: owner, appUrl: role, stop } = await startDatabase({ folder });
  return { adminUrl: owner, appUrl: role, stop: () => stop() };
}
