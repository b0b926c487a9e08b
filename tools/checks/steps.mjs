import { join } from 'node:path';
import process from 'node:process';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string[]} command
 *
 * The checks of `npm test` that are not tests, in the order from quick to slow.
 *
 * @param {string} root the checkout.
 * @returns {Step[]}
 */
export function checkSteps(root) {
  const node = process.execPath;
  /** @type {(name: string, ...args: string[]) => string[]} */
  const tool = (name, ...args) => [node, join(root, 'node_modules', '.bin', name), ...args];
  const rooms = ['contracts', 'vision', 'api', 'dashboard', 'gateway', 'simulator'];
  return [
    { name: 'format and lint (biome)', command: tool('biome', 'ci', '--colors=off', '.') },
    {
      name: 'types (tsc)',
      // By its path: typescript 5 is there as well, for what reads types by its API.
      command: [
        node,
        join(root, 'node_modules/typescript-7/bin/tsc'),
        '--build',
        '--pretty',
        'false',
      ],
    },
    { name: 'types of the dashboard (svelte-check)', command: npmRun('-w', 'dashboard', 'check') },
    {
      name: 'rooms import only the contracts (dependency-cruiser)',
      command: tool('depcruise', '--config', '.dependency-cruiser.mjs', ...rooms),
    },
    { name: 'nothing unused (knip)', command: tool('knip', '--no-progress') },
    { name: 'docker-compose.yml', command: [node, 'tools/checks/compose.mjs'] },
    {
      name: 'the API has an OpenAPI 3.1 description, the client is generated from it, neither is committed',
      command: [node, 'tools/checks/generated.ts'],
    },
  ];
}

/** @param {string[]} args */
const npmRun = (...args) => ['npm', 'run', '--silent', ...args];
