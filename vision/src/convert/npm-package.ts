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
  /** Subresource integrity of its tarball, as registries and lock files have it: `sha512-…`. */
  readonly integrity: string;
}

/** A package that could not be had, or is not the one that was asked for. */
export class PackageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PackageError';
  }
}

/**
 * Has npm fetch the tarball of a package: from the user's registry, through their proxy, or from
 * npm's cache.
 *
 * @param folder an empty folder that takes the tarball.
 * @returns the path of the tarball, not yet checked.
 * @throws PackageError with npm's words where it fails.
 */
export async function fetchTarball({ name, version }: NpmPackage, folder: string): Promise<string> {
  const own = process.env.npm_execpath;
  const [command, ...args] =
    own?.endsWith('.js') && existsSync(own) ? [process.execPath, own] : ['npm'];
  // A machine without network is to know soon; what npm's cache has needs none.
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
 * Takes files out of a package's tarball.
 *
 * @param tarball its path.
 * @param paths of files inside the package.
 * @returns their contents, in that order.
 * @throws PackageError where the tarball is not the one whose integrity is known, or lacks a file.
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
      `the tarball of ${name}@${version} is not the one that is known: its integrity is ${found}, not ${integrity}`,
    );
  }
  // Tarballs of npm hold everything in a folder "package".
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
