import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';

/**
 * Completed set-up steps are stored in `node_modules/.anshi-setup`, one entry per step, with the
 * hash of its sources. `npm ci` removes the folder and so resets the stamps.
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
    // No stamps yet, or a broken file: start empty.
  }
  mkdirSync(dirname(stampFile(root)), { recursive: true });
  // Atomic rename: the file may be read at the same time, or be a hard link shared with another
  // checkout.
  const draft = `${stampFile(root)}-${process.pid}`;
  writeFileSync(draft, `${JSON.stringify({ ...stamps, [step]: hash }, null, 2)}\n`);
  renameSync(draft, stampFile(root));
}

/** Generated folders that are not sources. */
const made = new Set(['node_modules', 'build', 'dist', '.svelte-kit', '.tsbuild', 'generated']);

/**
 * The hash of the names and contents of files and whole folders. A missing path counts as absent,
 * so that creating it changes the hash. Tests are left out.
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
