import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import {
  apiClient,
  apiDescription,
  dashboard,
  databaseClient,
  makeUpToDate,
  poseModel,
} from './setup/builds.mjs';
import { findChromium } from './setup/chromium.mjs';
import { mediasoupTools } from './setup/mediasoup-tools.mjs';
import { linkNode } from './setup/node-runtime.mjs';
import { installPackages, npm } from './setup/packages.mjs';
import { run, SetupError } from './setup/progress.mjs';
import { continueOnRuntime } from './setup/rerun.mjs';
import {
  chineseFonts,
  chromium,
  coturn,
  faketime,
  ffmpeg,
  installOptionalParts,
  installSystemParts,
  mosquitto,
  takesChromiumFromApt,
} from './setup/system.mjs';

/** The checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Prepares a fresh clone: system packages, npm packages, generated code, the dashboard build, the
 * pose model. Each step is skipped when it is up to date; skipping all takes less than a second. It
 * uses only Node.js built-ins, because packages may be missing, and runs on the Node.js version of
 * Anshi (`continueOnRuntime`).
 *
 * @param {{ browser?: boolean, broker?: boolean, relay?: boolean, mediasoup?: boolean }} [options] browser: also
 *   what the browser tests need; broker: also the second MQTT broker that the rights on the bus are tested against;
 *   relay: also the TURN server that live pictures are tested with; mediasoup: also what a build of its worker
 *   needs, where this user may install it.
 * @throws SetupError with a sentence that says what to do.
 */
export async function setUp({
  browser = false,
  broker = false,
  relay = false,
  mediasoup = false,
} = {}) {
  const browserFromApt = browser && takesChromiumFromApt();
  await installSystemParts([
    ffmpeg,
    ...(browserFromApt ? [chromium] : []),
    ...(browser ? [chineseFonts, faketime] : []),
    ...(broker ? [mosquitto] : []),
    ...(relay ? [coturn] : []),
  ]);
  if (mediasoup) await installOptionalParts([await mediasoupTools()]);
  await installPackages(root);
  linkNode(root);
  if (browser && findChromium() === undefined) {
    const [command, ...args] = npm(['exec', '--', 'playwright-core', 'install', 'chromium']);
    await run('downloading Chromium', /** @type {string} */ (command), args, { cwd: root });
  }
  await makeUpToDate(root, databaseClient);
  await makeUpToDate(root, apiDescription);
  await makeUpToDate(root, apiClient);
  await makeUpToDate(root, dashboard);
  await makeUpToDate(root, poseModel);
}

/**
 * {@link setUp} for commands: prints a failure as one message and exits with 1.
 *
 * @param {Parameters<typeof setUp>[0]} [options]
 */
export async function setUpOrExit(options) {
  try {
    await setUp(options);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\nSet-up stopped: ${error.message}`);
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await continueOnRuntime(root);
  await setUpOrExit({ browser: process.argv.includes('--browser') });
}
