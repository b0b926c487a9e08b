import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Tells whether a module is the program that was started, not one that it imports. */
export function isEntry(moduleUrl: string): boolean {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === fileURLToPath(moduleUrl);
}
