import type { CaseRow } from './repository.ts';

/** The part of who handed the record in. Other systems hear of what happened, not from whom. */
const UNTOLD = 'reporter';

/**
 * The users whom an outgoing event may name. Who reported is for those with the right to know it;
 * an event goes to whoever set up a webhook, and over the bus.
 */
export function toldOutside(row: Pick<CaseRow, 'played'>, users: readonly string[]): string[] {
  const untold = (row.played as Record<string, string[]>)[UNTOLD] ?? [];
  return users.filter((id) => !untold.includes(id));
}
