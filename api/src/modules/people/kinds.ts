import type { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { dayDate } from '../../platform/kit/schemas.ts';
import { type CompanyColumns, companyColumns } from './companies.ts';

/** What a person is to the company. */
export const personKinds = ['employee', 'contractor', 'visitor', 'trainee'] as const;
export type PersonKind = (typeof personKinds)[number];

/** Fields of people of other kinds, as a request gives them; what is left out stays. */
export interface KindGiven {
  kind?: PersonKind | undefined;
  /** Words, or the name or credit code of a supplier. */
  company?: string | null | undefined;
  /** The supplier; null: the company is words only. Left out: as `company` says. */
  supplierId?: string | null | undefined;
  hostId?: string | null | undefined;
  validUntil?: string | null | undefined;
}

/**
 * The columns of these fields.
 *
 * @param before the row that is changed; null for a new person.
 * @throws Problem `person.host-unknown` where the host is no active person of the company's own,
 *   `person.visitor-needs-end` for a visitor without a last day, `person.supplier-unknown` for no supplier, or of people who
 *   are no contractors.
 */
export async function kindColumns(
  tx: Transaction,
  given: KindGiven,
  before: ({ id: string; kind: string; validUntil: Date | null } & CompanyColumns) | null,
): Promise<Pick<Prisma.PersonUncheckedUpdateManyInput, keyof KindGiven>> {
  const { kind, company, supplierId, hostId, validUntil } = given;
  if (hostId && !(await mayHost(tx, hostId, before?.id))) throw new Problem('person.host-unknown');
  const end = validUntil === undefined ? (before?.validUntil ?? null) : validUntil;
  if ((kind ?? before?.kind) === 'visitor' && end === null) {
    throw new Problem('person.visitor-needs-end');
  }
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(kind === undefined && company === undefined && supplierId === undefined
      ? {}
      : await companyColumns(
          tx,
          { company, supplierId },
          (kind ?? before?.kind) === 'contractor',
          before,
        )),
    ...(hostId === undefined ? {} : { hostId }),
    ...(validUntil === undefined ? {} : { validUntil: dayDate(validUntil) }),
  };
}

/** A visitor answers for no other person, and a person not for themselves. */
async function mayHost(tx: Transaction, id: string, own: string | undefined): Promise<boolean> {
  if (id === own) return false;
  const where = { id, status: 'active', kind: { not: 'visitor' } };
  return (await tx.person.findFirst({ where, select: { id: true } })) !== null;
}
