import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import process from 'node:process';
import { exclusively } from './lock.mjs';
import { checkNodeVersion, runsAnshi } from './node-version.mjs';
import { npm } from './packages.mjs';
import { run, SetupError } from './progress.mjs';
import { readStamp, writeStamp } from './stamps.mjs';

/*
 * Anshi runs on Node.js 24. On a machine with an older Node.js, it is installed as an npm package:
 * tools/runtime pins its version, its lockfile the hash.
 */

/** @param {string} root the checkout. */
const runtimeFolder = (root) => join(root, 'tools', 'runtime');

/** npm's name of the package that holds the program for this machine. */
const packageName = () => `node-${process.platform}-${process.arch}`;

/**
 * The path of the program that {@link bringNode} installs, whether it exists or not.
 *
 * @param {string} root the checkout.
 */
const broughtNode = (root) =>
  join(runtimeFolder(root), 'node_modules', packageName(), 'bin', 'node');

/**
 * A Node.js that Anshi runs on: the running one, else the one from npm, which is installed where it
 * is missing.
 *
 * @param {string} root the checkout.
 * @returns {Promise<string>} the path of the program.
 * @throws SetupError where the running one is too old even for that, or npm has none for this machine.
 */
export async function bringNode(root) {
  checkNodeVersion();
  if (runsAnshi()) return process.execPath;
  const folder = runtimeFolder(root);
  const { version, optionalDependencies } = JSON.parse(read(join(folder, 'package.json')));
  if (!Object.hasOwn(optionalDependencies, packageName())) {
    throw new SetupError(
      `Anshi runs on Node.js 24, this is ${process.versions.node}, and npm has no Node.js ` +
        `${version} for ${process.platform}-${process.arch}. Install Node.js 24 from ` +
        'https://nodejs.org or with your version manager.',
    );
  }
  const hash = createHash('sha256')
    .update(read(join(folder, 'package-lock.json')))
    .digest('hex');
  const node = broughtNode(root);
  const isDone = () => readStamp(folder, 'node') === hash && existsSync(node);
  if (!isDone()) {
    await exclusively(root, async () => {
      if (isDone()) return;
      const args = ['ci', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
      const [command = 'npm', ...rest] = npm(args);
      await run(`installing Node.js ${version}`, command, rest, { cwd: folder });
      writeStamp(folder, 'node', hash);
    });
  }
  return node;
}

/**
 * Links the Node.js from npm where npm's scripts find it first (`node_modules/.bin`), so that every
 * `npm run` and `npx` in the checkout uses it; removes the link where the machine's own is used.
 *
 * @param {string} root the checkout.
 */
export function linkNode(root) {
  const link = join(root, 'node_modules', '.bin', 'node');
  const node = broughtNode(root);
  rmSync(link, { force: true });
  if (machineHasNode(root) || !existsSync(node)) return;
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(relative(dirname(link), node), link);
}

/** Makes the running Node.js the one that children find in the PATH. */
export function leadPath() {
  const own = dirname(process.execPath);
  const folders = (process.env.PATH ?? '').split(delimiter);
  const first = folders.find((folder) => existsSync(join(folder, 'node')));
  if (first !== own) process.env.PATH = [own, ...folders].join(delimiter);
}

/**
 * Whether Anshi runs on the machine's own Node.js: that of the npm that started this, else the
 * running one.
 *
 * @param {string} root the checkout.
 */
function machineHasNode(root) {
  const { npm_node_execpath: npms, npm_config_user_agent: agent = '' } = process.env;
  const program = npms ?? process.execPath;
  const version = npms ? /\bnode\/v([\d.]+)/.exec(agent)?.[1] : process.versions.node;
  return program !== broughtNode(root) && version !== undefined && runsAnshi(version);
}

/** @param {string} file */
const read = (file) => readFileSync(file, 'utf8');
