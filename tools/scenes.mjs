// Renders the clips of the simulated hall again: npm run scenes -- [--only NAME] [--stills T1,T2]
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { continueOnRuntime } from './setup/rerun.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
await continueOnRuntime(root);
const child = spawn(process.execPath, ['simulator/scene/render.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill('SIGTERM'));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
