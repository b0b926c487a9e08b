import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { readTar } from './tar.ts';

/** A fixed version of an npm package. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** Subresource integrity of its tarball, as in registries and lock files: `sha512-…`. */
  readonly integrity: string;
}

/** A package that could not be fetched, or whose integrity differs. */
export class PackageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PackageError';
  }
}

/**
 * Lets npm fetch the tarball of a package, with the user's registry, proxy and cache.
 *
 * @param folder an empty folder for the tarball.
 * @returns the path of the tarball, not yet verified.
 * @throws PackageError with npm's message where it fails.
 */
export async function fetchTarball({ name, version }: NpmPackage, folder: string): Promise<string> {
  const own = process.env.npm_execpath;
  const [command, ...args] =
    own?.endsWith('.js') && existsSync(own) ? [process.execPath, own] : ['npm'];
  // Fail fast without network; what npm's cache holds needs none.
  const quietly = ['--loglevel=error', '--prefer-offline', '--fetch-retries=1'];
  const words = [...args, 'pack', `${name}@${version}`, ...quietly, '--pack-destination', folder];
  await new Promise<void>((resolve, reject) => {
    const child = spawn(command!, words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said = (said + chunk).slice(-2000);
    });
    child.on('error', (error) =>
      reject(new PackageError(`npm cannot be started: ${error.message}`)),
    );
    child.on('close', (code) => {
      if (code === 0) resolve();
      else
        reject(
          new PackageError(
            `npm could not fetch ${name}@${version}: ${said.trim() || `exit code ${code}`}`,
          ),
        );
    });
  });
  const [file] = (await readdir(folder)).filter((entry) => entry.endsWith('.tgz'));
  if (!file) throw new PackageError(`npm fetched ${name}@${version}, but left no tarball`);
  return join(folder, file);
}

/**
 * Extracts files from a package's tarball.
 *
 * @param tarball its path.
 * @param paths of files inside the package.
 * @returns their contents, in that order.
 * @throws PackageError where the tarball's integrity differs, or it lacks a file.
 */
export async function readPackageFiles(
  { name, version, integrity }: NpmPackage,
  tarball: string,
  paths: readonly string[],
): Promise<Uint8Array[]> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(tarball), hash);
  const found = `sha512-${hash.digest('base64')}`;
  if (found !== integrity) {
    throw new PackageError(
      `the tarball of ${name}@${version} does not match: its integrity is ${found}, not ${integrity}`,
    );
  }
  // npm's tarballs hold everything in a folder "package".
  const wanted = new Map(paths.map((path) => [`package/${path}`, path]));
  const files = new Map<string, Uint8Array>();
  const tar = createReadStream(tarball).pipe(createGunzip());
  try {
    await readTar(
      tar,
      (path) => wanted.has(path),
      (path, bytes) => {
        files.set(wanted.get(path)!, bytes);
        return files.size < wanted.size;
      },
    );
  } finally {
    tar.destroy();
  }
  return paths.map((path) => {
    const file = files.get(path);
    if (!file) throw new PackageError(`${name}@${version} has no ${path}`);
    return file;
  });
}
