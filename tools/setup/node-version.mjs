import process from 'node:process';
import { SetupError } from './progress.mjs';

/** Minimum for the set-up itself, which installs a newer Node.js where needed. */
const leastForSetUp = [20, 19];
/** Minimum for Anshi: the first Node.js 24 LTS. It runs TypeScript directly. */
const leastForAnshi = [24, 11];

/**
 * @param {string} [version] like `20.19.0`.
 * @throws SetupError where this Node.js is older than the one that the set-up needs.
 */
export function checkNodeVersion(version = process.versions.node) {
  if (isAtLeast(version, leastForSetUp)) return;
  throw new SetupError(
    `Node.js ${version} is too old: the set-up needs ${leastForSetUp.join('.')} or newer. ` +
      'Install Node.js 24 from https://nodejs.org or with your version manager.',
  );
}

/**
 * Whether Anshi runs on a Node.js.
 *
 * @param {string} [version] like `24.21.0`.
 */
export function runsAnshi(version = process.versions.node) {
  return isAtLeast(version, leastForAnshi);
}

/**
 * @param {string} version
 * @param {number[]} minimum major and minor.
 */
function isAtLeast(version, [leastMajor = 0, leastMinor = 0]) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
