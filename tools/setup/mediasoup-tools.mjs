import { spawnSync } from 'node:child_process';

/**
 * What a build of mediasoup's worker needs. It is not shipped, and the product runs without it. The list
 * is in TypeScript: to be called on the Node.js version of Anshi only.
 *
 * @returns {Promise<import('./system.mjs').SystemPart>}
 */
export async function mediasoupTools() {
  const { BUILD_COMMANDS, BUILD_MODULES, DEBIAN_PACKAGES } = await import(
    '../../vision/src/live/mediasoup/debian-libraries.ts'
  );
  return {
    name: "the tools of a build of mediasoup's worker (for the tests of live pictures)",
    aptPackage: DEBIAN_PACKAGES,
    elsewhere: 'set MEDIASOUP_WORKER_BIN to a worker of the same version',
    isPresent: () =>
      Boolean(process.env.MEDIASOUP_WORKER_BIN) ||
      (BUILD_COMMANDS.every((command) => runs(command, ['--version'])) &&
        BUILD_MODULES.every((name) => runs('pkg-config', ['--exists', name]))),
  };
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function runs(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
