import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { RuleBook } from '../../platform/rules/types.ts';
import { isInterval, mayManage } from './check.ts';
import type { OwnChoices } from './schema.ts';
import { type Named, PLANT, readSubjects } from './subjects.ts';

/** What an account may choose for an own obligation. */
export async function readChoices(
  tx: Transaction,
  account: Account,
  book: RuleBook,
): Promise<OwnChoices> {
  const byId = { select: { id: true }, orderBy: { id: 'asc' } } as const;
  /** Those in use and within reach. */
  const of = async (subjectKind: string, rows: { id: string }[]) => {
    const about = rows.map(({ id }): Named => ({ subjectKind, subjectId: id, personId: null }));
    const subjectOf = await readSubjects(tx, about);
    return about.flatMap((one) => {
      const subject = subjectOf(one);
      const isOffered = subject?.closed === null && mayManage(account, subject);
      return isOffered ? [{ id: one.subjectId ?? '', name: subject.name }] : [];
    });
  };
  const roles = await tx.role.findMany({
    select: { id: true, name: true },
    orderBy: { id: 'asc' },
  });
  return {
    plant: mayManage(account, PLANT),
    machines: await of('machine', await tx.equipment.findMany(byId)),
    areas: await of('area', await tx.area.findMany(byId)),
    departments: await of('department', await tx.department.findMany(byId)),
    roles: roles.map(({ id, name }) => ({ id, name: name as Bilingual })),
    rules: book.rules
      .filter(({ id }) => isInterval(book, id))
      .map(({ id, title }) => ({ id, name: title })),
  };
}
