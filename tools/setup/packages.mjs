import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { exclusively } from './lock.mjs';
import { run, SetupError, say } from './progress.mjs';
import { readStamp, writeStamp } from './stamps.mjs';

/**
 * Installs the npm packages where they are missing or differ from the lockfile. Includes dev
 * dependencies (for building the dashboard and running tests), also with NODE_ENV=production.
 *
 * @param {string} root the checkout.
 */
export async function installPackages(root) {
  const lock = readText(join(root, 'package-lock.json'));
  if (lock === undefined) {
    throw new SetupError(`package-lock.json is missing in ${root}: this is no complete checkout.`);
  }
  const hash = createHash('sha256').update(lock).update(nodeMajor()).digest('hex');
  const isDone = () => readStamp(root, 'packages') === hash;
  if (isDone()) return;
  await exclusively(root, async () => {
    if (isDone()) return;
    const installed = readText(join(root, 'node_modules', '.package-lock.json'));
    if (installed === undefined || !isInstalled(lock, installed)) {
      const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
      const [command = 'npm', ...rest] = npm(args);
      await run('installing the npm packages', command, rest, { cwd: root });
    }
    writeStamp(root, 'packages', hash);
  });
}

/**
 * Adds what npm left out: it runs on an older Node.js, on which optional packages that want a newer one
 * are none. Takes seconds. Without them the product runs, too, so that a failure is only told.
 *
 * @param {string} root the checkout, in which npm has installed the packages.
 * @param {string} node the Node.js that the product runs on.
 */
export async function addLeftOut(root, node) {
  if (node === process.execPath) return;
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  const [command = 'npm', ...rest] = npm([...args, '--loglevel=error'], node);
  const path = `${dirname(node)}${delimiter}${process.env.PATH}`;
  try {
    const env = { PATH: path };
    await run('adding packages that want a newer Node.js', command, rest, { cwd: root, env });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`  they stay away: ${error.message}`);
  }
}

/**
 * The command line of the running npm, else of the one in the PATH.
 *
 * @param {string[]} args
 * @param {string} [node] the Node.js that it runs on.
 */
export function npm(args, node = process.execPath) {
  const own = process.env.npm_execpath;
  return own?.endsWith('.js') && existsSync(own) ? [node, own, ...args] : ['npm', ...args];
}

/**
 * Whether an installed tree has every package of the lockfile at its version. Optional packages
 * (binaries of other platforms) may be absent, but not those that a part of ours names itself.
 *
 * @param {string} lockText package-lock.json.
 * @param {string} installedText node_modules/.package-lock.json, which npm keeps.
 */
export function isInstalled(lockText, installedText) {
  /** @typedef {{ version?: string, link?: boolean, optional?: boolean, optionalDependencies?: Record<string, string> }} Package */
  /** @typedef {Record<string, Package>} Packages */
  /** @type {Packages} */
  const wanted = JSON.parse(lockText).packages ?? {};
  /** @type {Packages} */
  const present = JSON.parse(installedText).packages ?? {};
  const own = Object.entries(wanted).filter(([path]) => !path.includes('node_modules/'));
  const named = own.flatMap(([, entry]) => Object.keys(entry.optionalDependencies ?? {}));
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/') || entry.link === true) return true;
    const found = present[path];
    if (found === undefined) {
      return entry.optional === true && !named.some((name) => path === `node_modules/${name}`);
    }
    return found.version === entry.version;
  });
}

const nodeMajor = () => process.versions.node.split('.')[0] ?? '';

/** @param {string} path */
function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
