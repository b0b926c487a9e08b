import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian and Ubuntu put libraries, a folder for each architecture. */
const libraries = '/usr/lib';

/** @returns {string | undefined} the path of libfaketime; undefined where it is not installed. */
export function findFaketime() {
  if (!existsSync(libraries)) return undefined;
  return readdirSync(libraries)
    .map((name) => join(libraries, name, 'faketime', 'libfaketime.so.1'))
    .find((path) => existsSync(path));
}
