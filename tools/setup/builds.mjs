import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { exclusively } from './lock.mjs';
import { npm } from './packages.mjs';
import { run, SetupError, say } from './progress.mjs';
import { hashOf, readStamp, writeStamp } from './stamps.mjs';

/**
 * @typedef {object} Build
 * @property {string} step
 * @property {string} title
 * @property {string[]} from its sources.
 * @property {string} to its output.
 * @property {string[]} npm
 * @property {string} [without] what is missing where it fails, as a sentence; left out, the set-up
 *   stops there.
 */

/** @type {Build} */
export const databaseClient = {
  step: 'database-client',
  title: 'generating the database client',
  from: ['api/prisma/schema', 'api/prisma.config.ts', 'package-lock.json'],
  to: 'api/src/generated',
  npm: ['run', '-w', 'api', 'generate'],
};

/** The OpenAPI description from the routes of the API. */
/** @type {Build} */
export const apiDescription = {
  step: 'api-description',
  title: 'describing the API',
  from: ['api/src', 'api/prisma/schema', 'contracts/src', 'package-lock.json'],
  to: 'api/openapi.json',
  npm: ['run', '-w', 'api', 'openapi'],
};

/** The types by which the dashboard calls the API. */
/** @type {Build} */
export const apiClient = {
  step: 'api-client',
  title: 'generating the client of the API',
  from: ['api/openapi.json', 'package-lock.json'],
  to: 'dashboard/src/lib/api/schema.d.ts',
  npm: ['run', '-w', 'dashboard', 'client'],
};

/** @type {Build} */
export const dashboard = {
  step: 'dashboard',
  title: 'building the dashboard',
  from: ['dashboard', 'contracts/src', 'package-lock.json'],
  to: 'dashboard/build/index.html',
  npm: ['run', '-w', 'dashboard', 'build'],
};

/** @type {Build} */
export const poseModel = {
  step: 'pose-model',
  title: 'making the pose model (its source is fetched once, 145 MB)',
  from: ['vision/src/convert', 'models/pose/card.yaml'],
  to: `${process.env.ANSHI_MODELS_MADE || '.anshi/models'}/movenet-multipose.onnx`,
  npm: ['run', '-w', 'vision', 'poses'],
  without:
    'Everything else runs; rules that need poses (a person down, hands in danger, climbing, phones) ' +
    'do not until the next start with network, or `npm run -w vision poses`.',
};

/**
 * Builds what is missing or older than its sources.
 *
 * @param {string} root the checkout.
 * @param {Build} build
 * @throws SetupError with the command's last lines where it fails and the rest cannot run without
 *   it.
 */
export async function makeUpToDate(root, build) {
  const hash = hashOf(root, build.from);
  const isDone = () => readStamp(root, build.step) === hash && existsSync(resolve(root, build.to));
  if (isDone()) return;
  await exclusively(root, async () => {
    if (isDone()) return;
    const [command, ...args] = npm(build.npm);
    try {
      await run(build.title, /** @type {string} */ (command), args, { cwd: root });
    } catch (error) {
      if (!(error instanceof SetupError) || build.without === undefined) throw error;
      say(`${error.message}\n${build.without}`);
      return;
    }
    writeStamp(root, build.step, hash);
  });
}
