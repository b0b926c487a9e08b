import type { CaseRow } from './repository.ts';

/** The part of the user who reported the record: other systems and people are not told who it is. */
const HIDDEN_PART = 'reporter';

/**
 * The users whom an outgoing event may name. Who reported is for those with the right to know it;
 * an event goes to whoever set up a webhook, and over the bus.
 */
export function publicUsers(row: Pick<CaseRow, 'played'>, users: readonly string[]): string[] {
  const untold = (row.played as Record<string, string[]>)[HIDDEN_PART] ?? [];
  return users.filter((id) => !untold.includes(id));
}
