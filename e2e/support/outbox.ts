import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ids of the violations in a worker's outbox: confirmed, and not yet acknowledged as recorded. */
export function outboxViolations(workerDir: string): string[] {
  const folder = join(workerDir, 'outbox');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => readIfThere(join(folder, file)))
    .flatMap((text) => [...text.matchAll(/"violation":\s*"([0-9A-HJKMNP-TV-Z]{26})"/g)])
    .map((match) => match[1] as string);
}

/** A running worker may remove the file at any time. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
