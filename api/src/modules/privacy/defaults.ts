import type { Transaction } from '../../platform/db/database.ts';
import { letterOf } from '../../platform/rules/certainty.ts';
import { lawAt } from '../../platform/rules/law/shipped.ts';
import { manifests } from '../manifests.ts';

/**
 * The default processing register of a tenant, from the modules. Where a law sets a term, the
 * source names it with its reliability; other terms are the company's decision, the shortest that
 * the purpose needs.
 */
const policies = manifests.flatMap((one) => one.data?.policies ?? []);

/** Adds missing entries of the register. */
export async function seedPolicies(tx: Transaction, tenantId: string): Promise<void> {
  const known = await tx.dataPolicy.findMany({ select: { id: true }, distinct: ['id'] });
  const there = new Set(known.map(({ id }) => id));
  await tx.dataPolicy.createMany({
    data: policies
      .filter(({ id }) => !there.has(id))
      .map(
        ({
          fields,
          usedBy,
          name,
          purpose,
          legalBasis,
          retentionSource,
          storage,
          certainty,
          ...rest
        }) => ({
          tenantId,
          version: 1,
          ...rest,
          certainty: certainty === 'own' ? certainty : letterOf[lawAt(certainty.rule).certainty],
          fields: { zh: [...fields.zh], en: [...fields.en] },
          usedBy: [...usedBy],
          name: { ...name },
          purpose: { ...purpose },
          legalBasis: { ...legalBasis },
          retentionSource: { ...retentionSource },
          storage: { ...storage },
        }),
      ),
    skipDuplicates: true,
  });
}
