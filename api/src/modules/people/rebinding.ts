import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';

/** A binding as it was or is; times in ISO 8601. */
export interface BindingKept {
  id: string;
  personId: string;
  since: string;
  until: string | null;
  dueBack: string | null;
}

/** What a correction did to the bindings of a badge. */
export interface Rebound {
  badge: string;
  before: BindingKept[];
  after: BindingKept[];
  /** The binding that has the time which was wrong. */
  moved: string;
  /** That of the first person for the time after it, where it is another row than before. */
  tail: string | null;
}

const kept = (row: Prisma.BadgeModel): BindingKept => ({
  id: row.id,
  personId: row.personId,
  since: row.since.toISOString(),
  until: row.until?.toISOString() ?? null,
  dueBack: row.dueBack?.toISOString() ?? null,
});

/** Holds people against withdrawals of consent, and against what is being recorded of them: see resolveHandles. */
export const holdPeople = (tx: Transaction, people: readonly string[]) =>
  sqlIn(tx)(Prisma.sql`
    SELECT id FROM person WHERE id = ANY (${[...people]}::text[]) ORDER BY id FOR NO KEY UPDATE`);

/** Holds the bindings of a badge. */
export const holdBadge = (tx: Transaction, badge: string) =>
  tx.$queryRaw`SELECT id FROM badge WHERE badge = ${badge} ORDER BY id FOR UPDATE`;

/**
 * Gives a stretch of a binding to another person. What is before and after it stays with the first one.
 *
 * @param to null: to the end of the binding, and on.
 */
export async function rebind(
  unit: Unit,
  row: Prisma.BadgeModel,
  { from, to, person }: { from: Date; to: Date | null; person: string },
): Promise<Rebound> {
  const { tx, caller } = unit;
  const isFromBegin = from <= row.since;
  const isToEnd = to === null || (row.until !== null && to >= row.until);
  const before = [kept(row)];
  const ids = [row.id];
  let moved = row.id;
  let tail: string | null = null;
  const add = async (data: { personId: string; since: Date; until: Date | null }) => {
    const id = newId();
    await tx.badge.create({ data: { tenantId: caller.tenant, id, badge: row.badge, ...data } });
    ids.push(id);
    return id;
  };
  if (isFromBegin && isToEnd) {
    await tx.badge.updateMany({ where: { id: row.id }, data: { personId: person } });
  } else {
    // One open binding of a badge at a time: the old one is closed first.
    const until = isFromBegin ? row.until : from;
    const since = isFromBegin ? (to as Date) : row.since;
    await tx.badge.updateMany({ where: { id: row.id }, data: { since, until } });
    moved = await add({
      personId: person,
      since: isFromBegin ? row.since : from,
      until: isToEnd ? row.until : to,
    });
    if (!isFromBegin && !isToEnd) {
      tail = await add({ personId: row.personId, since: to as Date, until: row.until });
    }
  }
  const rows = await tx.badge.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } });
  await tell(unit, row.badge, [row.personId, person]);
  return { badge: row.badge, before, after: rows.map(kept), moved, tail };
}

/** Whether the bindings are as a correction left them. */
export async function isAsLeft(tx: Transaction, { after }: Rebound): Promise<boolean> {
  const rows = await tx.badge.findMany({ where: { id: { in: after.map(({ id }) => id) } } });
  // Stored JSON keeps no order of fields.
  const textOf = ({ id, personId, since, until, dueBack }: BindingKept) =>
    JSON.stringify([id, personId, since, until, dueBack]);
  const now = new Map(rows.map((row) => [row.id, textOf(kept(row))]));
  return after.every((one) => now.get(one.id) === textOf(one));
}

/** The bindings that a correction added: they go with its undoing. */
export const addedBy = ({ before, after }: Rebound): string[] =>
  after.map(({ id }) => id).filter((id) => !before.some((one) => one.id === id));

/** Puts the bindings back. What refers to those that go has moved back before. */
export async function bindBack(unit: Unit, rebound: Rebound): Promise<void> {
  const { tx } = unit;
  const { badge, before, after } = rebound;
  await tx.badge.deleteMany({ where: { id: { in: addedBy(rebound) } } });
  for (const { id, personId, since, until } of before) {
    await tx.badge.updateMany({
      where: { id },
      data: { personId, since: new Date(since), until: until === null ? null : new Date(until) },
    });
  }
  const people = [...before, ...after].map(({ personId }) => personId);
  await tell(unit, badge, [...new Set(people)]);
}

/** Each of the people has a line in the own log; who listens looks at them again. */
async function tell(unit: Unit, badge: string, people: readonly string[]): Promise<void> {
  for (const person of people) {
    await unit.audit({
      action: 'badge-correct',
      entity: 'person',
      id: person,
      person,
      after: { badge },
    });
    await unit.emit({
      entity: 'person',
      what: 'badge-corrected',
      subject: person,
      data: { person, badge },
    });
  }
}
