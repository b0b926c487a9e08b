import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { findChromium } from './chromium.mjs';
import { findFaketime } from './faketime.mjs';
import { run, SetupError, say } from './progress.mjs';

/**
 * @typedef {object} SystemPart
 * @property {string} name shown to the user.
 * @property {string | readonly string[]} aptPackage Debian's and Ubuntu's package, or packages.
 * @property {string} elsewhere what to do on another system.
 * @property {() => boolean} isPresent
 */

/** @type {SystemPart} */
export const ffmpeg = {
  name: 'ffmpeg',
  aptPackage: 'ffmpeg',
  elsewhere: 'install ffmpeg 5 or newer (macOS: brew install ffmpeg) so that it is on the path',
  isPresent: () => runs('ffmpeg', ['-version']) && runs('ffprobe', ['-version']),
};

/** @type {SystemPart} */
export const chromium = {
  name: 'Chromium (for the browser tests)',
  aptPackage: 'chromium-headless-shell',
  elsewhere: 'npx playwright-core install chromium',
  isPresent: () => findChromium() !== undefined,
};

/** @type {SystemPart} */
export const chineseFonts = {
  name: 'a Chinese font (for the browser tests)',
  aptPackage: 'fonts-noto-cjk',
  elsewhere: 'install a Chinese font such as Noto Sans CJK',
  isPresent: () => process.platform !== 'linux' || output('fc-list', [':lang=zh-cn']).trim() !== '',
};

/**
 * Screenshots of pages are taken at a fixed time. Its licence is GPL-2.0; it is not shipped.
 *
 * @type {SystemPart}
 */
export const faketime = {
  name: 'libfaketime (for the tests with screenshots)',
  aptPackage: 'libfaketime',
  elsewhere: 'install libfaketime 0.9 or newer',
  isPresent: () => process.platform !== 'linux' || findFaketime() !== undefined,
};

/**
 * The rights on the bus are tested against it. Its licences are EPL-2.0 or EDL-1.0; it is not shipped.
 *
 * @type {SystemPart}
 */
export const mosquitto = {
  name: 'mosquitto (for the tests of the message bus)',
  aptPackage: 'mosquitto',
  elsewhere: 'install mosquitto 2 (macOS: brew install mosquitto) so that it is on the path',
  // It is a daemon, which not every user's path leads to.
  isPresent: () =>
    existsSync('/usr/sbin/mosquitto') ||
    existsSync('/usr/local/sbin/mosquitto') ||
    output('mosquitto', ['-h']).includes('mosquitto version'),
};

/**
 * Live pictures through a relay are tested with it. Its licence is BSD-3-Clause; it is not shipped.
 *
 * @type {SystemPart}
 */
export const coturn = {
  name: 'coturn (for the tests of live pictures through a relay)',
  aptPackage: 'coturn',
  elsewhere:
    'install coturn 4.5 or newer (macOS: brew install coturn) so that turnserver is on the path',
  isPresent: () =>
    existsSync('/usr/bin/turnserver') ||
    existsSync('/usr/sbin/turnserver') ||
    output('turnserver', ['--version']).trim() !== '',
};

/**
 * Installs missing system packages with apt-get, as root or with a passwordless sudo.
 *
 * @param {SystemPart[]} parts
 * @throws SetupError with the exact command where this user may not install, or instructions
 *   without apt-get.
 */
export async function installSystemParts(parts) {
  const missing = parts.filter((part) => !part.isPresent());
  if (missing.length === 0) return;
  const names = missing.map((part) => part.name).join(', ');
  if (!runs('apt-get', ['--version'])) {
    throw new SetupError(
      `missing on this machine: ${names}.\n${missing.map((part) => `  ${part.name}: ${part.elsewhere}`).join('\n')}\nThen start again.`,
    );
  }
  const packages = missing.flatMap((part) => part.aptPackage);
  const prefix = elevation();
  if (prefix === undefined) {
    throw new SetupError(
      `missing on this machine: ${names}. Installing needs administrator rights. Run\n` +
        `    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}\n` +
        'and start again.',
    );
  }
  if (!hasPackageLists()) await aptGet(prefix, 'reading the list of system packages', ['update']);
  const title = `installing ${packages.join(', ')}`;
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  try {
    await aptGet(prefix, title, install);
  } catch {
    say('  that did not work; once more with fresh package lists');
    await aptGet(prefix, 'reading the list of system packages', ['update']);
    await aptGet(prefix, title, install);
  }
  const still = missing.filter((part) => !part.isPresent());
  if (still.length > 0) {
    throw new SetupError(
      `${still.map((part) => part.name).join(', ')} cannot be found although apt-get installed it. ` +
        'Check the output of `apt-get install` and the PATH.',
    );
  }
}

/**
 * Installs parts without which the product and most tests run. A failure is only told.
 *
 * @param {SystemPart[]} parts
 */
export async function installOptionalParts(parts) {
  try {
    await installSystemParts(parts);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`  not installed: ${error.message}`);
  }
}

/** Whether Debian's own Chromium package is the one to take: Ubuntu's is an empty stub for snap. */
export function takesChromiumFromApt() {
  if (!existsSync('/etc/os-release')) return false;
  const release = readFileSync('/etc/os-release', 'utf8');
  return /^ID(_LIKE)?=.*debian/m.test(release) && !/^ID=.*ubuntu/m.test(release);
}

/** The command prefix for root; undefined where this user cannot become root. */
function elevation() {
  if (process.getuid?.() === 0) return [];
  return runs('sudo', ['-n', 'true']) ? ['sudo', '-n'] : undefined;
}

/** Another apt-get, such as the nightly upgrade, may hold the lock. */
const waitForLock = ['-o', 'DPkg::Lock::Timeout=120'];

/**
 * @param {string[]} prefix
 * @param {string} title
 * @param {string[]} args
 */
async function aptGet(prefix, title, args) {
  const words = [
    ...prefix,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '-q',
    ...waitForLock,
    ...args,
  ];
  const [command = 'env', ...rest] = words;
  await run(title, command, rest);
}

function hasPackageLists() {
  try {
    return readdirSync('/var/lib/apt/lists').some((name) => name.includes('_Packages'));
  } catch {
    return false;
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function runs(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function output(command, args) {
  return spawnSync(command, args, { encoding: 'utf8' }).stdout ?? '';
}
