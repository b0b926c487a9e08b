import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runsAnshi } from './node-version.mjs';

/** The PATH without the folders that npm and the set-up put first. */
const machinePath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);

/**
 * For tests on a machine whose own Node.js is older than the one that Anshi runs on.
 *
 * @returns the machine's own, with the environment of a shell there; undefined where it is new
 *   enough.
 */
export function olderNode(): { node: string; env: Record<string, string> } | undefined {
  const node = machinePath
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find((file) => existsSync(file));
  if (node === undefined) return undefined;
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim().slice(1);
  if (runsAnshi(version)) return undefined;
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|VITEST|NODE_)/.test(name),
  );
  return {
    node,
    env: { ...(Object.fromEntries(inherited) as Record<string, string>), PATH: machinePath },
  };
}
