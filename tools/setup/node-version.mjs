import process from 'node:process';
import { SetupError } from './progress.mjs';

const least = [20, 19];

/**
 * @param {string} [version] like `20.19.0`.
 * @throws SetupError where this Node.js is older than the one that the project needs.
 */
export function checkNodeVersion(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  throw new SetupError(
    `Node.js ${version} is too old: Anshi needs ${least.join('.')} or newer. ` +
      'Install Node.js 20, 22 or 24 from https://nodejs.org or with your version manager.',
  );
}
