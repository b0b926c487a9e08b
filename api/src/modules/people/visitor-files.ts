import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { dayDate, dayText } from '../../platform/kit/schemas.ts';
import type { PersonRow } from './repository.ts';

/** In place of the name of a visitor whose data are erased. */
const ERASED = '***';

/** Lets a visitor be here to a day, where the file ends before; of people of other kinds the file decides. */
export async function extendVisitor(unit: Unit, person: PersonRow, lastDay: string): Promise<void> {
  const last = dayDate(lastDay);
  if (person.kind !== 'visitor' || (person.validUntil && person.validUntil >= last)) return;
  await unit.tx.person.updateMany({
    where: { id: person.id },
    data: { validUntil: last, version: { increment: 1 }, updatedAt: new Date() },
  });
  const before = { validUntil: dayText(person.validUntil) };
  const line = { action: 'update', entity: 'person', id: person.id, person: person.id } as const;
  await unit.audit({ ...line, before, after: { validUntil: lastDay } });
  const data = { person: person.id, fields: ['validUntil'] };
  await unit.emit({ entity: 'person', what: 'changed', subject: person.id, data });
}

/** Takes name, company, host and numbers of visitors away; what refers to them stays, without a name. */
export async function forgetVisitors(tx: Transaction, people: readonly string[]): Promise<void> {
  const ids = [...people];
  await tx.personSensitive.deleteMany({ where: { personId: { in: ids } } });
  await tx.person.updateMany({
    where: { id: { in: ids } },
    data: { name: ERASED, company: null, supplierId: null, hostId: null, sourceSystem: 'erased' },
  });
}

/** A visitor of the demonstration, with a badge where one is lent. @returns null where the number is taken. */
export async function addDemoVisitor(
  tx: Transaction,
  tenant: string,
  given: {
    employeeNo: string;
    name: string;
    company: string;
    host: { id: string; departmentId: string };
    validUntil: string;
    badge: { badge: string; since: Date; dueBack: string } | null;
  },
): Promise<{ person: string; badge: string | null } | null> {
  const { employeeNo, name, company, host, validUntil, badge } = given;
  if (await tx.person.findFirst({ where: { employeeNo } })) return null;
  const id = newId();
  await tx.person.create({
    data: {
      tenantId: tenant,
      id,
      employeeNo,
      name,
      departmentId: host.departmentId,
      kind: 'visitor',
      company,
      hostId: host.id,
      validUntil: dayDate(validUntil),
      sourceSystem: 'visit',
    },
  });
  if (badge === null) return { person: id, badge: null };
  const binding = newId();
  const dueBack = dayDate(badge.dueBack);
  await tx.badge.create({
    data: { ...badge, tenantId: tenant, id: binding, personId: id, dueBack },
  });
  return { person: id, badge: binding };
}
