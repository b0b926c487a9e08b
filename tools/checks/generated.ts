import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describeApi } from '../../api/src/openapi.ts';
import { trackedFiles } from './tracked.ts';

/*
 * What the set-up makes from sources (tools/setup/builds.mjs) is what these sources give, the
 * description of the API is valid OpenAPI 3.1, and none of it is committed.
 */
const root = resolve(import.meta.dirname, '../..');
const made = { description: 'api/openapi.json', client: 'dashboard/src/lib/api/schema.d.ts' };

function problem(text: string): void {
  console.error(text);
  process.exitCode = 1;
}

function compare(file: string, fresh: string, command: string): void {
  const present = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
  if (present !== fresh) problem(`${file} is not what its sources give: run \`${command}\`.`);
}

const description = await describeApi();
const validator = new Validator();
const { valid, errors } = await validator.validate(JSON.parse(description));
if (!valid || validator.version !== '3.1') {
  problem(`The description of the API is not valid OpenAPI 3.1: ${JSON.stringify(errors)}`);
}
compare(made.description, description, 'npm run -w api openapi');
const client = execFileSync(
  process.execPath,
  [join(root, 'node_modules/.bin/openapi-typescript'), made.description],
  { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 * 1024 * 1024 },
);
compare(made.client, client, 'npm run -w dashboard client');
for (const file of trackedFiles(root, [...Object.values(made), 'api/src/generated'])) {
  problem(`${file} is made by the set-up and must not be committed: git rm --cached ${file}`);
}
process.exit();
