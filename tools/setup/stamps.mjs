import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';

/**
 * What the set-up has done is remembered in `node_modules/.anshi-setup`, one entry a step, by the
 * hash of what the step was made from. The folder goes with `npm ci`, and so do its stamps.
 */
const stampFile = (/** @type {string} */ root) => join(root, 'node_modules', '.anshi-setup');

/**
 * @param {string} root the checkout.
 * @param {string} step
 * @returns {string | undefined} the hash that the step was last done for.
 */
export function readStamp(root, step) {
  try {
    return JSON.parse(readFileSync(stampFile(root), 'utf8'))[step];
  } catch {
    return undefined;
  }
}

/**
 * @param {string} root the checkout.
 * @param {string} step
 * @param {string} hash
 */
export function writeStamp(root, step, hash) {
  /** @type {Record<string, string>} */
  let stamps = {};
  try {
    stamps = JSON.parse(readFileSync(stampFile(root), 'utf8'));
  } catch {
    // The first stamp, or a broken file: begin anew.
  }
  mkdirSync(dirname(stampFile(root)), { recursive: true });
  // Renamed into place: the file may be read meanwhile, or be a hard link that another checkout shares.
  const draft = `${stampFile(root)}-${process.pid}`;
  writeFileSync(draft, `${JSON.stringify({ ...stamps, [step]: hash }, null, 2)}\n`);
  renameSync(draft, stampFile(root));
}

/** Folders that are made by tools and are no source. */
const made = new Set(['node_modules', 'build', 'dist', '.svelte-kit', '.tsbuild', 'generated']);

/**
 * The hash of the names and contents of files and whole folders. A path that does not exist counts
 * as absent, so that its appearance changes the hash. Tests are left out: nothing is made from them.
 *
 * @param {string} root
 * @param {string[]} paths relative to the root.
 * @returns {string} SHA-256 in hexadecimal.
 */
export function hashOf(root, paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesUnder(join(root, path))).sort()) {
    hash.update(`${relative(root, file)}\0`);
    hash.update(readFileSync(file));
    hash.update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(path) {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind === undefined) return [];
  if (!kind.isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (made.has(entry.name)) return [];
    const inner = join(path, entry.name);
    if (entry.isDirectory()) return filesUnder(inner);
    return entry.isFile() && !/\.test\.[a-z]+$/.test(entry.name) ? [inner] : [];
  });
}
