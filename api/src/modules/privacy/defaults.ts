import type { Transaction } from '../../platform/db/database.ts';
import { manifests } from '../manifests.ts';

/**
 * The register that a new tenant starts with, as the modules declare it. Where a law names a term,
 * the source says which and how sure it is; the rest is the company's to decide, with the shortest
 * time that the purpose needs.
 */
const policies = manifests.flatMap((one) => one.data?.policies ?? []);

/** Adds the entries of the register that the tenant lacks. */
export async function seedPolicies(tx: Transaction, tenantId: string): Promise<void> {
  const known = await tx.dataPolicy.findMany({ select: { id: true }, distinct: ['id'] });
  const there = new Set(known.map(({ id }) => id));
  await tx.dataPolicy.createMany({
    data: policies
      .filter(({ id }) => !there.has(id))
      .map(({ fields, usedBy, name, purpose, legalBasis, retentionSource, storage, ...rest }) => ({
        tenantId,
        version: 1,
        ...rest,
        fields: [...fields],
        usedBy: [...usedBy],
        name: { ...name },
        purpose: { ...purpose },
        legalBasis: { ...legalBasis },
        retentionSource: { ...retentionSource },
        storage: { ...storage },
      })),
    skipDuplicates: true,
  });
}
