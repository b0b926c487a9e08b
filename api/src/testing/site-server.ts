import { constants } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import pg from 'pg';
import { startDatabase } from '../embedded/database.ts';
import { layServerFolder, type PreparedServer } from './prepared-server.ts';

/** The server of the run; null outside of it, as in a bench. */
export async function findPreparedServer(): Promise<PreparedServer | null> {
  if (!process.env.VITEST) return null;
  const { inject } = await import('vitest');
  return inject('preparedServer') ?? null;
}

/** The server that all files of the run share. */
export function shareServer({ superUrl, adminUrl, appUrl }: PreparedServer) {
  return {
    server: { superUrl, adminUrl, appUrl },
    async restart() {
      throw new Error('other files use this server: open the site with { ownServer: true }');
    },
    async close(names: readonly string[]) {
      const admin = new pg.Client({ connectionString: superUrl });
      await admin.connect();
      for (const name of names) await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      await admin.end();
    },
  };
}

/** A server of one file, which may be stopped. @param folder where its data lie. */
export async function startOwnServer(folder: string) {
  await layServerFolder(folder);
  let running = await startDatabase({ folder, durable: false });
  const { superUrl, adminUrl, appUrl } = running;
  return {
    server: { superUrl, adminUrl, appUrl },
    async restart(meanwhile?: () => Promise<void>) {
      const { port } = running.server;
      await running.stop();
      await meanwhile?.();
      running = await startDatabase({ folder, durable: false, port });
    },
    close: () => running.stop('immediate'),
  };
}

/** Installs the key ring of the seeded values; an existing one stays. */
export async function layKeyring({ keyringFile }: PreparedServer, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await copyFile(keyringFile, file, constants.COPYFILE_EXCL).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
}
