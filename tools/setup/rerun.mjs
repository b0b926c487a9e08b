import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import process from 'node:process';
import { bringNode, leadPath } from './node-runtime.mjs';
import { runsAnshi } from './node-version.mjs';
import { followNpm } from './parents.mjs';
import { began, SetupError } from './progress.mjs';

/**
 * Continues where the running Node.js is new enough. Else runs the same command on the one that
 * {@link bringNode} installs, and only waits: it forwards signals and the exit code, and the child
 * ends when this process is killed.
 *
 * @param {string} root the checkout.
 */
export async function continueOnRuntime(root) {
  if (runsAnshi()) {
    leadPath();
    endWithParent();
    return;
  }
  const node = await bringNode(root).catch((error) => {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\nSet-up stopped: ${error.message}`);
    process.exit(1);
  });
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...process.env, START_BEGAN: String(began) },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  followNpm(process.env.npm_lifecycle_event ?? '', () => child.kill('SIGTERM'));
  const [code, signal] = await once(child, 'exit');
  process.exit(code ?? 128 + constants.signals[/** @type {NodeJS.Signals} */ (signal)]);
}

/** A command with a channel to its parent shuts down when the parent is gone. */
function endWithParent() {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // The listener alone must not keep the process alive.
  process.channel?.unref();
}
