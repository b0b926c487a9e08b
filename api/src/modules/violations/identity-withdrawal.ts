import type { ViolationIdentity } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { emitChange } from './events.ts';
import { isBySession, mayBeNamed, personColumns, without } from './identity.ts';
import { keepRecusalOf, keepRecusals } from './recusal.ts';
import type { ViolationRow } from './repository.ts';
import { showViolation } from './view.ts';

/** The violations that name a person, as the one confirmed or as a candidate. */
export async function namingOf(tx: Transaction, person: string): Promise<ViolationRow[]> {
  // What is being recorded of them comes first, or finds the consent ended: see resolveHandles.
  await sqlIn(tx)(Prisma.sql`SELECT id FROM person WHERE id = ${person} FOR NO KEY UPDATE`);
  const candidates = await tx.violationCandidate.findMany({
    where: { personId: person },
    select: { violationId: true },
  });
  const ids = [...new Set(candidates.map(({ violationId }) => violationId))];
  // A verdict that is being written comes first, or finds another version than the reviewer saw.
  await sqlIn(tx)(Prisma.sql`SELECT id FROM violation
    WHERE id = ANY (${ids}::text[]) OR person_id = ${person} ORDER BY id FOR UPDATE`);
  return tx.violation.findMany({ where: { OR: [{ id: { in: ids } }, { personId: person }] } });
}

/**
 * Takes a person out of one violation: name, handles and candidate.
 *
 * @param person null where the name stays, as it does not rest on these handles.
 */
export async function leaveOut(
  tx: Transaction,
  row: ViolationRow,
  person: string | null,
  handles: readonly string[],
): Promise<void> {
  const identity = row.identity as ViolationIdentity | null;
  const left = identity && without(identity, (handle) => handles.includes(handle));
  await tx.violation.updateMany({
    where: { id: row.id },
    data: {
      ...(left ? { identity: left } : {}),
      showsLeftOut: true,
      ...(person !== null && row.personId === person ? personColumns(null) : {}),
      version: { increment: 1 },
    },
  });
  const stays = new Set(left?.candidates.map(({ handle }) => handle));
  if (left?.handle) stays.add(left.handle);
  await keepRecusals(tx, row.id, [...stays]);
  if (person !== null) await keepRecusalOf(tx, row.id, person);
  await tx.violationCandidate.deleteMany({
    where: { violationId: row.id, handle: { notIn: [...stays] } },
  });
}

/**
 * Once a verdict is taken back: who took a consent back meanwhile is named no more.
 *
 * @returns whether the violation was changed.
 */
export async function forgetOnReopen(tx: Transaction, row: ViolationRow): Promise<boolean> {
  const candidates = await tx.violationCandidate.findMany({ where: { violationId: row.id } });
  const ended = new Set<string>();
  for (const { personId } of candidates) {
    if (!ended.has(personId) && !(await mayBeNamed(tx, personId))) ended.add(personId);
  }
  let now = row;
  for (const person of ended) {
    const handles = candidates.filter((one) => one.personId === person).map(({ handle }) => handle);
    await leaveOut(tx, now, person, handles);
    now = await tx.violation.findFirstOrThrow({ where: { id: row.id } });
  }
  return ended.size > 0;
}

/**
 * Takes a person's name out of all that no reviewer confirmed of them, and out of the candidates of all.
 * What was confirmed of them stays by legal duty, and is marked.
 * Open lists and pages hear of each after the commit, by its message on the bus.
 *
 * @param of `consent`: a name by a sign-on stays, as it rests on none; `erase`: it goes, too.
 * @returns how many violations were changed.
 */
export async function takeNameOut(
  unit: Unit,
  person: string,
  of: 'consent' | 'erase',
): Promise<number> {
  const { tx } = unit;
  const rows = (await namingOf(tx, person)).filter(
    (row) => of === 'erase' || !isBySession(row) || row.personId !== person,
  );
  for (const row of rows) {
    const own = await tx.violationCandidate.findMany({
      where: { violationId: row.id, personId: person },
    });
    const isOfRecord = row.status === 'confirmed' && row.personId === person;
    if (isOfRecord) {
      // A new version: pages take no other state of the one that they have.
      const { count } = await tx.violation.updateMany({
        where: { id: row.id, personConsentEndedAt: null },
        data: { personConsentEndedAt: new Date(), version: { increment: 1 } },
      });
      if (count === 0) continue;
    } else {
      await leaveOut(
        tx,
        row,
        person,
        own.map(({ handle }) => handle),
      );
    }
    const left = await tx.violation.findFirstOrThrow({ where: { id: row.id } });
    await emitChange(unit, 'updated', showViolation(left));
  }
  return rows.length;
}
