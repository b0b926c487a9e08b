import type { CaseRow } from './repository.ts';

/** The part of the record's reporter, whose identity is not published. */
const HIDDEN_PART = 'reporter';

/** The users of a case whom its other users may not learn of. */
export const hiddenUsers = (parts: Readonly<Record<string, string[]>>): readonly string[] =>
  parts[HIDDEN_PART] ?? [];

/**
 * The users that an outgoing event may name. The reporter's identity requires a permission; an
 * event goes to webhooks and over the bus.
 */
export function publicUsers(row: Pick<CaseRow, 'played'>, users: readonly string[]): string[] {
  const untold = hiddenUsers(row.played as Record<string, string[]>);
  return users.filter((id) => !untold.includes(id));
}
