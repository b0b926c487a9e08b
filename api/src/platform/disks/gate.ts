import type { App } from '../http/app-types.ts';
import { Problem } from '../http/errors.ts';
import type { Disks } from './watch.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses changes by people while the disk of the database is full. PostgreSQL ends where it finds no
 * room for its log: what is left is for reading, signing in, and what cameras see.
 */
export function refuseChangesWithoutRoom(app: App, disks: Pick<Disks, 'databaseHasRoom'>): void {
  app.addHook('onRequest', async (request) => {
    if (disks.databaseHasRoom || READS.has(request.method)) return;
    const { config, url = '' } = request.routeOptions;
    if (config.device || url.startsWith('/api/v1/auth/')) return;
    throw new Problem('database.full');
  });
}
