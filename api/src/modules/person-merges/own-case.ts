import type { Account } from '../../platform/access/account.ts';
import { Problem } from '../../platform/http/errors.ts';

/** @throws Problem `person-merge.own-case` where the account belongs to one of the two files. */
export function requireOther({ person }: Account, people: readonly string[]): void {
  if (person !== null && people.includes(person)) throw new Problem('person-merge.own-case');
}
