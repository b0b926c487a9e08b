import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ids of the violations in a worker's outbox: confirmed, and not yet acknowledged as recorded. */
export function outboxViolations(workerDir: string): string[] {
  const folder = join(workerDir, 'outbox');
  return namesIn(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => textOf(join(folder, name)))
    .flatMap((text) => [...text.matchAll(/"violation":\s*"([0-9A-HJKMNP-TV-Z]{26})"/g)])
    .map(([, id = '']) => id);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A running worker may remove the file at any time. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
