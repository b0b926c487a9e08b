import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startBroker } from '../embedded/broker.ts';
import { BusUserFolder } from '../platform/bus-users/folder.ts';
import { databaseAt, type PreparedServer, SEEDED } from './prepared-server.ts';
import { untilSettled } from './settled.ts';
import { startApi } from './site.ts';

/** Limit for failures: a machine may be busy. */
const WITHIN_MS = 240_000;

/**
 * Runs the API on {@link SEEDED} until its consumers and the matcher are idle: each API of a test would
 * repeat the work that follows from the seeds, about a second of CPU time.
 */
export async function settleSeeds({
  superUrl,
  appUrl,
  keyringFile,
}: PreparedServer): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'anshi-seeds-'));
  const busUsers = new BusUserFolder(join(folder, 'shared-data', 'bus-users'));
  const broker = await startBroker({ users: busUsers });
  const sql = new pg.Client({ connectionString: databaseAt(superUrl, SEEDED) });
  await sql.connect();
  try {
    const api = await startApi({ folder, broker, busUsers }, databaseAt(appUrl, SEEDED), {
      keyring: { file: keyringFile, make: false },
      // It does not exist: each test brings its own cameras.
      camerasFile: join(folder, 'no-cameras.yaml'),
    });
    await untilSettled(sql, WITHIN_MS);
    await api.stop();
  } finally {
    await sql.end();
    await broker.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
