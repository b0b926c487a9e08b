import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type {
  NotOwed,
  ObligationProvider,
  Obligations,
  Owed,
} from '../../platform/obligations/types.ts';
import { readWords, type SupplierWords } from './words.ts';

export const CERTIFICATE = 'supplier-certificate' as const;
export const CONTRACT = 'supplier-contract' as const;

/** Supplier and kind of qualification: a renewed one continues the obligation. */
const sourceOf = (supplier: string, kind: string): string => `${supplier}:${kind}`;

const readSuppliers = (tx: Transaction, ids: readonly string[] | null) =>
  tx.supplier.findMany({
    where: ids === null ? {} : { id: { in: [...ids] } },
    select: { id: true, name: true, status: true, qualifications: true },
  });
type Supplier = Awaited<ReturnType<typeof readSuppliers>>[number];

/** Of each kind the qualification that ends last counts; what is revoked or not confirmed does not. */
function owedBy({ id, name, status, qualifications }: Supplier, words: SupplierWords) {
  const counting = qualifications.filter(({ revoked, confirmed }) => confirmed && !revoked);
  return [...new Set(counting.map(({ kind }) => kind))].map((kind): Owed | NotOwed => {
    const source = sourceOf(id, kind);
    if (status === 'blocked') return { source, closed: 'out-of-use' };
    const [last] = counting
      .filter((one) => one.kind === kind)
      .sort((a, b) => endOf(b).localeCompare(endOf(a)) || b.id.localeCompare(a.id));
    if (!last?.validUntil) return { source, closed: 'not-needed' };
    return {
      source,
      subject: id,
      name: { zh: name, en: name },
      detail: words.qualifications.get(kind) ?? { zh: kind, en: kind },
      due: { by: 'date', on: dayText(last.validUntil), basis: last.id },
    };
  });
}

const endOf = ({ validUntil }: { validUntil: Date | null }): string =>
  dayText(validUntil) ?? '9999';

/** The ends of suppliers' qualifications. */
export const certificates: ObligationProvider = {
  async read(tx, sources) {
    const ids = sources && [
      ...new Set(sources.map((source) => source.slice(0, source.indexOf(':')))),
    ];
    const words = await readWords(tx);
    const wanted = sources && new Set(sources);
    return (await readSuppliers(tx, ids))
      .flatMap((one) => owedBy(one, words))
      .filter(({ source }) => wanted === null || wanted.has(source));
  },
};

/** The ends of contracts with suppliers: from then on their people are refused. A later day is a renewed contract. */
export const contracts: ObligationProvider = {
  async read(tx, sources) {
    const rows = await tx.supplier.findMany({
      where: sources === null ? { contractUntil: { not: null } } : { id: { in: [...sources] } },
      select: { id: true, name: true, status: true, contractUntil: true },
    });
    return rows.map(({ id, name, status, contractUntil }): Owed | NotOwed => {
      const on = dayText(contractUntil);
      if (status === 'blocked') return { source: id, closed: 'out-of-use' };
      if (on === null) return { source: id, closed: 'not-needed' };
      return {
        source: id,
        subject: id,
        name: { zh: name, en: name },
        due: { by: 'date', on, basis: `until:${on}` },
      };
    });
  },
};

/** After any change of a supplier or its qualifications. */
export async function refreshOwed(
  obligations: Pick<Obligations, 'refresh'>,
  unit: Unit,
  supplierId: string,
): Promise<void> {
  await refreshCertificates(obligations, unit, supplierId);
  await obligations.refresh(unit, CONTRACT, [supplierId]);
}

async function refreshCertificates(
  obligations: Pick<Obligations, 'refresh'>,
  unit: Unit,
  supplierId: string,
): Promise<void> {
  const kinds = await unit.tx.supplierQualification.findMany({
    where: { supplierId },
    select: { kind: true },
    distinct: ['kind'],
  });
  await obligations.refresh(
    unit,
    CERTIFICATE,
    kinds.map(({ kind }) => sourceOf(supplierId, kind)),
  );
}
