import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exclusively } from './lock.mjs';
import { npm } from './packages.mjs';
import { run } from './progress.mjs';
import { hashOf, readStamp, writeStamp } from './stamps.mjs';

/**
 * @typedef {object} Build
 * @property {string} step
 * @property {string} title
 * @property {string[]} from what it is made from.
 * @property {string} to what must exist afterwards.
 * @property {string[]} npm
 */

/** @type {Build} */
export const databaseClient = {
  step: 'database-client',
  title: 'generating the database client',
  from: ['api/prisma/schema', 'api/prisma.config.ts', 'package-lock.json'],
  to: 'api/src/generated',
  npm: ['run', '-w', 'api', 'generate'],
};

/** @type {Build} */
export const dashboard = {
  step: 'dashboard',
  title: 'building the dashboard',
  from: ['dashboard', 'contracts/src', 'package-lock.json'],
  to: 'dashboard/build/index.html',
  npm: ['run', '-w', 'dashboard', 'build'],
};

/**
 * Makes what is made from sources, where it is missing or its sources have changed.
 *
 * @param {string} root the checkout.
 * @param {Build} build
 */
export async function makeUpToDate(root, build) {
  const hash = hashOf(root, build.from);
  const isDone = () => readStamp(root, build.step) === hash && existsSync(join(root, build.to));
  if (isDone()) return;
  await exclusively(root, async () => {
    if (isDone()) return;
    const [command, ...args] = npm(build.npm);
    await run(build.title, /** @type {string} */ (command), args, { cwd: root });
    writeStamp(root, build.step, hash);
  });
}
