import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, constants, mkdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { logDestination } from '@anshi/contracts/log';
import { keepFilesPrivate } from '@anshi/contracts/private-files';
import { announceReady, onShutdown, readSettings } from '@anshi/contracts/process';
import pg from 'pg';
import pino from 'pino';
import { z } from 'zod';
import { isEntry } from '../platform/entry.ts';
import { copyBinaries, findPostgresBinaries } from './postgres-binaries.ts';
import {
  initialiseDataFolder,
  inspectDataFolder,
  keepCredentials,
  stopOrphan,
} from './postgres-folder.ts';
import { type PostgresServer, startServer } from './postgres-server.ts';
import { chooseServerUser, closedFolder, letPass } from './postgres-user.ts';

const DATABASE = 'anshi';
/** Where root keeps what the server's own user must reach and a private checkout would hide. */
const SHARED_FOLDER = '/var/lib/anshi';

/** A running database, and how to reach it. */
export interface EmbeddedDatabase {
  /** As the owner of the tables: for migrations. */
  adminUrl: string;
  /** As the role that the API works with, which row-level security binds. */
  appUrl: string;
  server: PostgresServer;
  stop(how?: 'fast' | 'immediate'): Promise<void>;
}

/**
 * Starts PostgreSQL on a folder, making the database and its two roles where they are missing.
 *
 * @param options.folder holds `data/` and `credentials.json`.
 * @param options.port 0 takes a free one; it listens on 127.0.0.1 only.
 * @param options.settings of the server, over those that it is started with.
 * @throws Error with a sentence that says what to do.
 */
export async function startDatabase(options: {
  folder: string;
  port?: number;
  durable?: boolean;
  settings?: Record<string, string>;
  log?: (message: string) => void;
}): Promise<EmbeddedDatabase> {
  const log = options.log ?? (() => {});
  const durable = options.durable ?? true;
  const user = chooseServerUser();
  let binaries = await findPostgresBinaries();
  const { folder, closed } = placeOf(options.folder, user);
  if (user) {
    if (closed) {
      log(
        `${closed} is closed to the user "${user.name}" that PostgreSQL runs as, so the database is kept in ${folder}`,
      );
    }
    if (closedFolder(binaries.postgres, user)) {
      binaries = await copyBinaries(binaries, SHARED_FOLDER);
    }
  }
  await makeFolder(folder);
  if (user) await letPass(folder, user);

  const data = join(folder, 'data');
  const credentials = await keepCredentials(folder);
  if ((await inspectDataFolder(data, binaries)) === 'empty') {
    await initialiseDataFolder(data, { binaries, user, durable, adminPassword: credentials.admin });
  } else if (await stopOrphan(data)) {
    log('stopped a PostgreSQL that an earlier run had left on this folder');
  }
  const server = await startServer({
    binaries,
    user,
    durable,
    folder: data,
    port: options.port ?? 0,
    ...(options.settings && { settings: options.settings }),
  });
  const urls = urlsOf(server.port, credentials);
  try {
    await ensureDatabase(urls.postgres, credentials.app);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const { adminUrl, appUrl } = urls;
  return { adminUrl, appUrl, server, stop: (how) => server.stop(how) };
}

/** Where the server keeps the data of a folder, and what is closed to it where that is elsewhere. */
function placeOf(wanted: string, user: ReturnType<typeof chooseServerUser>) {
  const folder = resolve(wanted);
  const closed = user ? closedFolder(folder, user) : null;
  if (!closed) return { folder, closed };
  return { folder: join(SHARED_FOLDER, `${basename(folder)}-${shortHash(folder)}`), closed };
}

function urlsOf(port: number, { admin, app }: { admin: string; app: string }) {
  const urlOf = (role: string, password: string, database: string) =>
    `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  return {
    postgres: urlOf('anshi_owner', admin, 'postgres'),
    adminUrl: urlOf('anshi_owner', admin, DATABASE),
    appUrl: urlOf('anshi_app', app, DATABASE),
  };
}

/**
 * Finds the server that runs on a folder, for a command beside a running system. Nothing is started
 * or changed.
 *
 * @returns null where none runs.
 */
export async function findDatabase(
  wanted: string,
): Promise<{ adminUrl: string; appUrl: string } | null> {
  const { folder } = placeOf(wanted, chooseServerUser());
  try {
    // Lines: process, folder, start, port …
    const [pid, , , port] = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split(
      '\n',
    );
    process.kill(Number(pid), 0);
    const { adminUrl, appUrl } = urlsOf(Number(port), await keepCredentials(folder));
    return { adminUrl, appUrl };
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

async function ensureDatabase(url: string, appPassword: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const role = await client.query("SELECT 1 FROM pg_roles WHERE rolname = 'anshi_app'");
    const verb = role.rowCount === 0 ? 'CREATE' : 'ALTER';
    await client.query(
      `${verb} ROLE anshi_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD ${client.escapeLiteral(appPassword)}`,
    );
    const database = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (database.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(
      `the data folder ${folder} cannot be written (${(error as Error).message}): change its owner or mode, or set ANSHI_DATA_DIR to another folder`,
    );
  }
}

const shortHash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8);

async function main(): Promise<void> {
  keepFilesPrivate();
  const settings = readSettings(
    z.object({
      ANSHI_DATA_DIR: z.string().default('.anshi'),
      ANSHI_POSTGRES_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
      ANSHI_LOG_LEVEL: z.string().default('info'),
    }),
    process.env,
  );
  const log = pino({ name: 'database', level: settings.ANSHI_LOG_LEVEL }, logDestination());
  let stopping = false;
  const user = chooseServerUser();
  if (user && existsSync(settings.ANSHI_DATA_DIR)) await letPass(settings.ANSHI_DATA_DIR, user);
  const starting = startDatabase({
    folder: join(settings.ANSHI_DATA_DIR, 'postgres'),
    port: settings.ANSHI_POSTGRES_PORT,
    log: (message) => log.warn(message),
  });
  onShutdown(async (why) => {
    stopping = true;
    log.info({ why }, 'stopping');
    const database = await starting.catch(() => null);
    await database?.stop();
  });
  const database = await starting;
  log.info({ port: database.server.port }, 'ready');
  announceReady({ adminUrl: database.adminUrl, appUrl: database.appUrl });
  const words = await database.server.ended;
  if (stopping) return;
  log.fatal({ words }, 'PostgreSQL ended by itself');
  process.exit(1);
}

if (isEntry(import.meta.url)) {
  main().catch((error: unknown) => {
    console.error((error as Error).message);
    process.exit(1);
  });
}
