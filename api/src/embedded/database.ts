import { createHash } from 'node:crypto';
import { access, chmod, constants, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { logDestination } from '@anshi/contracts/log';
import { keepFilesPrivate } from '@anshi/contracts/private-files';
import { announceReady, onShutdown, readSettings } from '@anshi/contracts/process';
import pg from 'pg';
import pino from 'pino';
import { z } from 'zod';
import { closeLargeObjects, moveOwner, on } from '../platform/db/move-owner.ts';
import { isEntry } from '../platform/entry.ts';
import { keepBallast, releaseBallast } from './ballast.ts';
import { copyBinaries, findPostgresBinaries } from './postgres-binaries.ts';
import {
  type Credentials,
  initialiseDataFolder,
  inspectDataFolder,
  keepCredentials,
  SUPERUSER,
  stopOrphan,
} from './postgres-folder.ts';
import { type PostgresServer, startServer } from './postgres-server.ts';
import { chooseServerUser, closedFolder, letPass } from './postgres-user.ts';

const DATABASE = 'anshi';
/** A folder for what the server's own user must read, where the checkout is private to root. */
const SHARED_FOLDER = '/var/lib/anshi';

/** A running database and its addresses. */
export interface EmbeddedDatabase {
  /** As the table owner: for migrations. */
  adminUrl: string;
  /** As the application role, which is subject to row-level security. */
  appUrl: string;
  /** As the superuser of the cluster: for tests and benches, which look past the policies. */
  superUrl: string;
  server: PostgresServer;
  /** Holds the data and what is set aside beside them. */
  folder: string;
  stop(how?: 'fast' | 'immediate'): Promise<void>;
}

/**
 * Starts PostgreSQL on a folder, making the database and its two roles where they are missing. The folder
 * of an earlier version, whose owner of the tables is a superuser, is given one that is none.
 *
 * @param options.folder holds `data/` and `credentials.json`.
 * @param options.port 0 picks a free one; it listens on 127.0.0.1 only.
 * @param options.settings server settings, over the defaults.
 * @throws Error with instructions for the user.
 */
export async function startDatabase(options: {
  folder: string;
  port?: number;
  durable?: boolean;
  settings?: Record<string, string>;
  /** Holds what PostgreSQL's user cannot reach where it is. */
  shared?: string;
  log?: (message: string) => void;
}): Promise<EmbeddedDatabase> {
  const log = options.log ?? (() => {});
  const shared = options.shared ?? SHARED_FOLDER;
  const durable = options.durable ?? true;
  const user = chooseServerUser();
  let binaries = await findPostgresBinaries();
  const { folder, closed } = placeOf(options.folder, user, shared);
  if (user) {
    if (closed) {
      await makePassable(shared);
      log(
        `${closed} is closed to the user "${user.name}" that PostgreSQL runs as, so the database is kept in ${folder}`,
      );
    }
    if (closedFolder(binaries.postgres, user)) {
      binaries = await copyBinaries(binaries, shared);
    }
  }
  await makeFolder(folder);
  if (user) await letPass(folder, user);

  const data = join(folder, 'data');
  if (releaseBallast(folder)) {
    log(
      `the disk of ${folder} is full: what was set aside there is given up, so that PostgreSQL starts`,
    );
  }
  const credentials = await keepCredentials(folder);
  if ((await inspectDataFolder(data, binaries)) === 'empty') {
    await initialiseDataFolder(data, {
      binaries,
      user,
      durable,
      superuserPassword: credentials.superuser,
    });
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
    await ensureDatabase(server.port, credentials, log);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { ...urls, server, folder, stop: (how) => server.stop(how) };
}

/** The server's data folder, and what it cannot access where that is elsewhere. */
function placeOf(wanted: string, user: ReturnType<typeof chooseServerUser>, shared: string) {
  const folder = resolve(wanted);
  const closed = user ? closedFolder(folder, user) : null;
  if (!closed) return { folder, closed };
  return { folder: join(shared, `${basename(folder)}-${shortHash(folder)}`), closed };
}

const OWNER = 'anshi_owner';
const APP = 'anshi_app';

const urlOf = (port: number, role: string, password: string, database = DATABASE) =>
  `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;

const urlsOf = (port: number, { superuser, admin, app }: Credentials) => ({
  superUrl: urlOf(port, SUPERUSER, superuser),
  adminUrl: urlOf(port, OWNER, admin),
  appUrl: urlOf(port, APP, app),
});

/**
 * Finds the running server of a folder, for a command beside a running system. Nothing is started
 * or changed.
 *
 * @returns null where none runs.
 */
export async function findDatabase(
  wanted: string,
): Promise<{ adminUrl: string; appUrl: string } | null> {
  const { folder } = placeOf(wanted, chooseServerUser(), SHARED_FOLDER);
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

async function ensureDatabase(
  port: number,
  { superuser, admin, app }: Credentials,
  log: (message: string) => void,
): Promise<void> {
  const isMoved = await isSuperuser(urlOf(port, SUPERUSER, superuser, 'postgres'));
  const [role, password] = isMoved ? [SUPERUSER, superuser] : [OWNER, admin];
  const isSuper = isMoved || (await isSuperuser(urlOf(port, role, password, 'postgres')));
  if (!isSuper) {
    throw new Error(
      'the passwords in credentials.json are not those of this database: put the file back that belongs to the folder',
    );
  }
  await on(urlOf(port, role, password, 'postgres'), async (client) => {
    const database = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    // What is made from the template, a drill's database too, is as closed as ours.
    await on(urlOf(port, role, password, 'template1'), closeLargeObjects);
    if (database.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
    // They hold nothing: only the superuser has anything to do in them.
    await client.query('REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC');
  });
  await moveOwner({
    superUrl: urlOf(port, role, password),
    superuser: { name: SUPERUSER, password: superuser },
    owner: { name: OWNER, password: admin },
    app: { name: APP, password: app },
  });
  if (!isMoved) log('the owner of the tables was a superuser, and is none any more');
}

/** Whether the role is one; false also where it may not even connect. */
async function isSuperuser(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    const found = await client.query(
      'SELECT rolsuper AS yes FROM pg_roles WHERE rolname = current_user',
    );
    return found.rows[0].yes as boolean;
  } catch (error) {
    // insufficient_privilege, invalid_password
    if (['42501', '28P01'].includes((error as { code?: string }).code ?? '')) return false;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

/** PostgreSQL's user passes through it to a folder of its own, with any umask. */
async function makePassable(folder: string): Promise<void> {
  await makeFolder(folder);
  const { mode } = await stat(folder);
  await chmod(folder, (mode & 0o777) | 0o011);
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
  await makeFolder(settings.ANSHI_DATA_DIR);
  if (user) await letPass(settings.ANSHI_DATA_DIR, user);
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
  const { adminUrl, appUrl, folder } = database;
  keepBallast(folder, log);
  // The superuser stays here.
  announceReady({ adminUrl, appUrl, folder });
  const words = await database.server.ended;
  if (stopping) return;
  log.fatal({ words }, 'PostgreSQL exited unexpectedly');
  process.exit(1);
}

if (isEntry(import.meta.url)) {
  main().catch((error: unknown) => {
    console.error((error as Error).message);
    process.exit(1);
  });
}
