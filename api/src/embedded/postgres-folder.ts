import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { ServerUser } from './postgres-user.ts';

/** The role that a cluster is made with. It is used to make the two others, and for nothing else. */
export const SUPERUSER = 'anshi_superuser';

/** Passwords of the three roles, made once and kept beside the data, readable by us only. */
export interface Credentials {
  superuser: string;
  /** The owner of the tables. */
  admin: string;
  app: string;
}

/**
 * Reads the passwords, or generates and stores them.
 *
 * @param folder the folder that holds the data folder.
 */
export async function keepCredentials(folder: string): Promise<Credentials> {
  const file = join(folder, 'credentials.json');
  const secret = () => randomBytes(24).toString('base64url');
  let kept: Partial<Credentials> = {};
  try {
    kept = JSON.parse(await readFile(file, 'utf8')) as Partial<Credentials>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new Error(
        `the database's passwords in ${file} cannot be read (${(error as Error).message}): make the file readable, or restore it`,
      );
    }
  }
  const { superuser, admin, app } = kept;
  if (superuser && admin && app) return { superuser, admin, app };
  // A folder of an earlier version has no superuser of its own: the owner was it.
  const credentials = {
    superuser: superuser ?? secret(),
    admin: admin ?? secret(),
    app: app ?? secret(),
  };
  const part = `${file}.part`;
  await writeFile(part, JSON.stringify(credentials), { mode: 0o600, flush: true });
  await rename(part, file);
  return credentials;
}

/**
 * Checks a data folder: empty, or data that this PostgreSQL version can serve.
 *
 * @throws Error for data of another major version, or a folder with other content.
 */
export async function inspectDataFolder(
  folder: string,
  binaries: PostgresBinaries,
): Promise<'empty' | 'ready'> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return 'empty';
    throw new Error(
      `the database folder ${folder} cannot be read (${message}): change its owner or mode, or set ANSHI_DATA_DIR to another folder`,
    );
  }
  if (names.length === 0) return 'empty';
  const wanted = binaries.version.split('.')[0];
  const found = await readFile(join(folder, 'PG_VERSION'), 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
  if (found === null) {
    throw new Error(
      `${folder} is not empty and holds no PostgreSQL database: move it away, or set ANSHI_DATA_DIR to another folder`,
    );
  }
  if (found !== wanted) {
    throw new Error(
      `the data in ${folder} were written by PostgreSQL ${found}, this is ${wanted}: export them with PostgreSQL ${found} and import them into a new folder, or set ANSHI_DATA_DIR to another folder`,
    );
  }
  return 'ready';
}

/**
 * Creates a new database cluster, in UTF-8 with code-point order on every machine. It is renamed
 * into place when complete, so that an interrupted set-up is repeated.
 */
export async function initialiseDataFolder(
  folder: string,
  options: {
    binaries: PostgresBinaries;
    user: ServerUser | null;
    superuserPassword: string;
    /** False does not wait for the disk: in tests. */
    durable: boolean;
  },
): Promise<void> {
  const { binaries, user, superuserPassword, durable } = options;
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { mode: 0o700 });
  const passwordFile = join(folder, '..', `.password-${process.pid}`);
  await writeFile(passwordFile, superuserPassword, { mode: 0o600 });
  if (user) {
    await chown(part, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  try {
    const child = spawn(
      binaries.initdb,
      [
        `--pgdata=${part}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C.UTF-8',
        ...(durable ? [] : ['--no-sync']),
      ],
      {
        ...(user ? { uid: user.uid, gid: user.gid } : {}),
        cwd: '/',
        env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => {
      words += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) {
      await rm(part, { recursive: true, force: true });
      throw new Error(`the database could not be set up in ${folder}:\n${words.trim()}`);
    }
    await rm(folder, { recursive: true, force: true });
    await rename(part, folder);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/**
 * Stops a server that still serves this folder because its parent was killed, so that a new one can
 * start. A `postmaster.pid` whose process is gone or another program is left to PostgreSQL, which
 * recovers from it.
 */
export async function stopOrphan(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return false;
  const isServer = async () => {
    try {
      process.kill(pid, 0);
    } catch {
      return false;
    }
    // With /proc, check that the process id was not reused by another program.
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
    return command === null ? process.platform !== 'linux' : command.includes(folder);
  };
  if (!(await isServer())) return false;
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + 30_000;
  while (await isServer()) {
    if (Date.now() > deadline) {
      throw new Error(
        `another PostgreSQL (process ${pid}) serves ${folder} and does not stop: stop it, then start again`,
      );
    }
    await sleep(50);
  }
  return true;
}
