import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeApi } from '../../api/src/openapi.ts';

/* The committed description of the API and the client's types are those of the code that is here. */
const root = resolve(import.meta.dirname, '../..');

function compare(file: string, fresh: string, command: string): void {
  if (readFileSync(join(root, file), 'utf8') === fresh) return;
  console.error(`${file} is older than what it is made from: run \`${command}\` and commit it.`);
  process.exitCode = 1;
}

compare('api/openapi.json', await describeApi(), 'npm run -w api openapi');
const client = execFileSync(
  process.execPath,
  [join(root, 'node_modules/.bin/openapi-typescript'), 'api/openapi.json'],
  { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
);
compare('dashboard/src/lib/api/schema.d.ts', client, 'npm run -w dashboard client');
process.exit();
