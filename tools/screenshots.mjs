// Compares the pages with their kept pictures, or renews these: npm run -s screenshots -- [--update] [PAGE …]
import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { continueOnRuntime } from './setup/rerun.mjs';
import { setUpOrExit } from './setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
await continueOnRuntime(root);
const { values, positionals } = parseArgs({
  options: { update: { type: 'boolean', default: false } },
  allowPositionals: true,
});
await setUpOrExit({ browser: true });
const child = spawn(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'tour', 'e2e/screenshots.e2e.test.ts'],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(values.update && { ANSHI_SCREENSHOTS: 'update' }),
      ...(positionals.length > 0 && { ANSHI_SCREENSHOTS_PAGES: positionals.join() }),
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill('SIGTERM'));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
