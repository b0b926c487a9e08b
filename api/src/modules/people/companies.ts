import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';

/** The company of a contractor as it is written: one of the register of suppliers, or words. */
export interface CompanyColumns {
  company: string | null;
  supplierId: string | null;
}

/**
 * The company that words name: the supplier with this credit code, or the only one of this name; else the words as they
 * are. Two suppliers of one name are told apart by their code.
 */
async function companyNamed(tx: Transaction, words: string): Promise<CompanyColumns> {
  const text = words.trim();
  const [one, ...others] = await tx.supplier.findMany({
    where: { OR: [{ name: text }, { creditCode: text.toUpperCase() }] },
    select: { id: true, name: true },
    take: 2,
  });
  return one && others.length === 0
    ? { company: one.name, supplierId: one.id }
    : { company: text || null, supplierId: null };
}

/**
 * What a table or a personnel system says of the company of a person. Words that name no supplier leave the link of a contractor as it
 * is: the register may have renamed the supplier since, and a link that is lost lets people of a blocked supplier pass. It is
 * ended in the person's form.
 */
export async function companyGiven(
  tx: Transaction,
  words: string,
  isContractor: boolean,
  before: CompanyColumns | null,
): Promise<{ company?: string | null; supplierId?: string }> {
  const { company, supplierId } = await companyNamed(tx, words);
  if (!isContractor) return { company };
  if (supplierId !== null) return { company, supplierId };
  return before?.supplierId ? {} : { company };
}

/**
 * The columns of what is given of a company; what is left out stays. Only a contractor's is one of the register.
 *
 * @param isContractor what the person is after the change.
 * @param before the row that is changed; null for a new person.
 * @throws Problem `person.supplier-unknown`.
 */
export async function companyColumns(
  tx: Transaction,
  given: { company?: string | null | undefined; supplierId?: string | null | undefined },
  isContractor: boolean,
  before: CompanyColumns | null,
): Promise<Partial<CompanyColumns>> {
  const { company, supplierId } = given;
  // The same words say nothing new, also where another supplier has this name by now.
  const isSame = before?.supplierId != null && company === before.company;
  if (isContractor && supplierId === undefined && isSame) return {};
  const words = company === undefined ? {} : { company: company || null };
  if (supplierId) {
    const supplier = isContractor
      ? await tx.supplier.findFirst({ where: { id: supplierId }, select: { id: true, name: true } })
      : null;
    if (!supplier) throw new Problem('person.supplier-unknown');
    return { company: supplier.name, supplierId: supplier.id };
  }
  if (!isContractor || supplierId === null) return { ...words, supplierId: null };
  return company
    ? companyNamed(tx, company)
    : { ...words, ...(company === null ? { supplierId: null } : {}) };
}

/** The words of the contractors of a supplier that has another name now. */
export async function renameCompanies(tx: Transaction, supplier: string): Promise<void> {
  await sqlIn(tx)(Prisma.sql`
    UPDATE person p SET company = s.name FROM supplier s
    WHERE s.id = ${supplier} AND p.supplier_id = s.id AND p.company IS DISTINCT FROM s.name`);
}

/** Links the contractor of the demonstration to the supplier of that name, where it is words only. */
export async function linkDemoContractors(tx: Transaction, supplier: string): Promise<void> {
  await sqlIn(tx)(Prisma.sql`
    UPDATE person p SET supplier_id = s.id FROM supplier s
    WHERE s.id = ${supplier} AND p.company = s.name AND p.kind = 'contractor' AND p.source_system = 'demo'
      AND p.supplier_id IS NULL`);
}
