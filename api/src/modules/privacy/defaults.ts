import type { Database, Transaction } from '../../platform/db/database.ts';
import { seedPurposes } from '../consent/defaults.ts';
import { manifests } from '../manifests.ts';

/**
 * The register that a new tenant starts with, as the modules declare it. Where a law names a term,
 * the source says which and how sure it is; the rest is the company's to decide, with the shortest
 * time that the purpose needs.
 */
const policies = manifests.flatMap((one) => one.data?.policies ?? []);

/** Adds what the tenant lacks: purposes with their notices, and the register of data. */
export function seedPrivacy(db: Database, tenantId: string): Promise<void> {
  return db.transaction({ tenant: tenantId, user: null }, async (tx) => {
    await seedPurposes(tx, tenantId);
    await seedPolicies(tx, tenantId);
  });
}

async function seedPolicies(tx: Transaction, tenantId: string): Promise<void> {
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
