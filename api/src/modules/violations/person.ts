import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { confirmedPerson, isBySession, mayBeNamed, personColumns } from './identity.ts';
import { isConcerned } from './recusal.ts';
import type { PersonColumns, ViolationRow } from './repository.ts';
import type { VerdictRequest } from './schema.ts';

/** Whom a reviewer takes for the actor of an act, and why. */
export interface ChosenPerson {
  person: string;
  reason: string;
}

/**
 * Asks all findings of the act: one verdict changes what the others are taken for.
 *
 * @throws Problem `violation.own-case` where the account may be the one whom it would judge.
 */
export async function requireOther(
  tx: Transaction,
  { person }: Account,
  row: ViolationRow,
): Promise<void> {
  await requireNone(tx, [row.id], person);
}

/** The same for all findings of an act, before it is divided or joined by hand. */
export async function requireOtherThan(
  tx: Transaction,
  { person }: Account,
  findings: readonly string[],
): Promise<void> {
  await requireNone(tx, findings, person);
}

async function requireNone(
  tx: Transaction,
  findings: readonly string[],
  person: string | null,
): Promise<void> {
  if (person !== null && (await isConcerned(tx, findings, person))) {
    throw new Problem('violation.own-case');
  }
}

/**
 * Whom a finding is of by the choice of a reviewer among its candidates.
 *
 * @throws Problem `violation.candidate-gone` where it is none of them, or none any more.
 */
export async function chosenPerson(
  tx: Transaction,
  violationId: string,
  { handle, reason }: { handle: string; reason: string },
): Promise<ChosenPerson> {
  const found = await tx.violationCandidate.findFirst({ where: { violationId, handle } });
  if (!found || !(await mayBeNamed(tx, found.personId))) {
    throw new Problem('violation.candidate-gone');
  }
  return { person: found.personId, reason };
}

/**
 * The person that a violation is of by a verdict: a confirmed identity, or a candidate who was chosen. One
 * that is reopened is of whom the identity says.
 *
 * @param chosen for the act that it is part of: it counts where that person is one of its candidates.
 * @param isWithdrawn whether the name of a person was withdrawn from this record by an objection: no verdict writes it
 *   again.
 * @returns null where nothing changes.
 * @throws Problem `violation.two-names` where the act has a finding that is confirmed of another person;
 *   `violation.name-withdrawn`.
 */
export async function personBy(
  tx: Transaction,
  row: ViolationRow,
  request: VerdictRequest,
  chosen: ChosenPerson | null,
  isWithdrawn: (person: string) => Promise<boolean>,
): Promise<PersonColumns | null> {
  if (request.decision === 'reopen') {
    const person = await confirmedPerson(tx, row);
    if (person !== null && (await isWithdrawn(person))) return personColumns(null);
    return isBySession(row) ? null : personColumns(person);
  }
  if (request.decision !== 'confirm') return null;
  const own = request.candidate ? await chosenPerson(tx, row.id, request.candidate) : chosen;
  if (own === null) {
    // A notice was renewed or ended meanwhile: the record is kept without the name.
    const stays =
      row.personId === null ||
      ((isBySession(row) || (await mayBeNamed(tx, row.personId))) &&
        !(await isWithdrawn(row.personId)));
    return stays ? null : personColumns(null);
  }
  // Whom the reviewer did not look at is not renamed by what they chose for another finding.
  if (!request.candidate && row.personId !== null && row.personId !== own.person) {
    throw new Problem('violation.two-names');
  }
  const isCandidate = await tx.violationCandidate.count({
    where: { violationId: row.id, personId: own.person },
  });
  if (isCandidate === 0) return null;
  if (await isWithdrawn(own.person)) throw new Problem('violation.name-withdrawn');
  return { personId: own.person, personBasis: 'reviewer', personReason: own.reason };
}
