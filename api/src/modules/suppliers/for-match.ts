import type { Transaction } from '../../platform/db/database.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type { MatchPerson } from '../match/input.ts';

type SupplierFact = NonNullable<MatchPerson['supplier']>;

/** What the matcher takes of suppliers, by id. */
export async function suppliersForMatch(
  tx: Transaction,
  ids: readonly string[],
): Promise<Map<string, SupplierFact>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.supplier.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, status: true, contractUntil: true },
  });
  return new Map(
    rows.map(({ id, status, contractUntil }) => [
      id,
      { id, status: status as SupplierFact['status'], until: dayText(contractUntil) },
    ]),
  );
}
