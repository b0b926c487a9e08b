import { spawn } from 'node:child_process';
import process from 'node:process';
import { followNpm } from './setup/parents.mjs';
import { began } from './setup/progress.mjs';
import { continueOnRuntime } from './setup/rerun.mjs';
import { root, setUpOrExit } from './setup.mjs';

/** `npm start`: sets the clone up, then starts the plant (tools/plant/start.ts). */
await continueOnRuntime(root);

/** @type {import('node:child_process').ChildProcess | undefined} */
let plant;

followNpm('start', () => {
  if (plant === undefined) process.exit(1);
  plant.kill('SIGTERM');
});
await setUpOrExit();

plant = spawn(process.execPath, ['tools/plant/start.ts'], {
  cwd: root,
  env: { ...process.env, START_BEGAN: String(began) },
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => plant?.kill(signal));
}
plant.on('error', (error) => {
  console.error(error);
  process.exit(1);
});
plant.on('exit', (code) => process.exit(code ?? 1));
