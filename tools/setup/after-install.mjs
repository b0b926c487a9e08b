import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { bringNode, linkNode } from './node-runtime.mjs';
import { addLeftOut } from './packages.mjs';
import { SetupError } from './progress.mjs';

/* npm runs this after every `npm ci` and `npm install`, so that the installed commands run on the right Node.js. */
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
try {
  const node = await bringNode(root);
  linkNode(root);
  await addLeftOut(root, node);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
