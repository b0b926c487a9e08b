import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ViolationEvent } from '@anshi/contracts';

/** Events whose field `violation` may hold the id of a scene clip instead of a violation. */
const MAY_NAME_A_CLIP: ReadonlySet<ViolationEvent['type']> = new Set([
  'cn.anshi.violation.clip-ready.v1',
  'cn.anshi.violation.blurred.v1',
]);

/** The id of the confirmed violation that an event is about; null for an event that may be about a scene clip. */
export function confirmedViolation({
  type,
  data,
}: Pick<ViolationEvent, 'type'> & { data: { violation: string } }): string | null {
  return MAY_NAME_A_CLIP.has(type) ? null : data.violation;
}

/** Ids of the violations in a worker's outbox: confirmed, and not yet acknowledged as recorded. */
export function outboxViolations(workerDir: string): string[] {
  const folder = join(workerDir, 'outbox');
  return namesIn(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => eventsIn(join(folder, name)))
    .flatMap((event) => confirmedViolation(event) ?? []);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A running worker may remove the file at any time. */
function eventsIn(file: string): Parameters<typeof confirmedViolation>[0][] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return JSON.parse(text).events;
}
