import type { Transaction } from '../../platform/db/database.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { ClosedReason } from '../../platform/obligations/types.ts';

/** What an own obligation is about, as the registers have it now. */
export interface Subject {
  name: Bilingual;
  department: string | null;
  site: string | null;
  /** Why nothing is owed any more; null while it is. */
  closed: ClosedReason | null;
}

export interface Named {
  subjectKind: string;
  subjectId: string | null;
  personId: string | null;
}

export const PLANT: Subject = {
  name: { zh: '全厂', en: 'Whole plant' },
  department: null,
  site: null,
  closed: null,
};

const same = (name: string): Bilingual => ({ zh: name, en: name });
const MACHINE = { id: true, name: true, status: true, departmentId: true, area: true } as const;

/** The subjects of rows, one query of each kind. A subject that is not there is left out. */
export async function readSubjects(
  tx: Transaction,
  rows: readonly Named[],
): Promise<(row: Named) => Subject | undefined> {
  const idsOf = (kind: string) => [
    ...new Set(
      rows.flatMap((row) =>
        row.subjectKind === kind ? (row.subjectId ?? row.personId ?? []) : [],
      ),
    ),
  ];
  const found = new Map<string, Subject>();
  const add = (kind: string, id: string, subject: Subject) => found.set(`${kind}:${id}`, subject);
  const isIn = (kind: string) => ({ where: { id: { in: idsOf(kind) } } });
  const departments = await tx.department.findMany({
    select: { id: true, name: true, site: true, active: true },
  });
  const siteOf = (id: string | null) => departments.find((one) => one.id === id)?.site ?? null;
  for (const one of await tx.person.findMany({
    ...isIn('person'),
    select: { id: true, name: true, departmentId: true, status: true },
  })) {
    const department = one.departmentId;
    const closed = one.status === 'active' ? null : 'left';
    add('person', one.id, { name: same(one.name), department, site: siteOf(department), closed });
  }
  for (const one of await tx.equipment.findMany({ ...isIn('machine'), select: MACHINE })) {
    const department = one.departmentId ?? one.area?.departmentId ?? null;
    add('machine', one.id, {
      name: one.name as Bilingual,
      department,
      site: one.area?.site ?? siteOf(department),
      closed: one.status === 'scrapped' ? 'retired' : null,
    });
  }
  for (const one of await tx.area.findMany(isIn('area'))) {
    add('area', one.id, {
      name: one.name as Bilingual,
      department: one.departmentId,
      site: one.site,
      closed: one.active ? null : 'out-of-use',
    });
  }
  for (const { id, name, site, active } of departments) {
    const closed = active ? null : 'out-of-use';
    add('department', id, { name: name as Bilingual, department: id, site, closed });
  }
  return ({ subjectKind, subjectId, personId }) =>
    subjectKind === 'plant' ? PLANT : found.get(`${subjectKind}:${subjectId ?? personId}`);
}
