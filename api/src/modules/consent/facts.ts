import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { ModuleFacts } from '../../platform/facts.ts';
import { consentsOf } from './service.ts';

/** A request for erasure withdraws all consents. */
async function withdrawAll({ tx, caller }: Unit, personId: string): Promise<void> {
  const newest = await tx.consent.findMany({
    where: { personId },
    distinct: ['purposeId'],
    orderBy: [{ purposeId: 'asc' }, { seq: 'desc' }],
  });
  await tx.consent.createMany({
    data: newest
      .filter(({ decision }) => decision === 'given')
      .map(({ purposeId, noticeVersion, scope }) => ({
        tenantId: caller.tenant,
        personId,
        purposeId,
        noticeVersion,
        scope,
        decision: 'withdrawn',
        how: 'desk',
        note: '删除请求 / request for removal',
        byUser: caller.account?.id ?? null,
      })),
  });
}

export const facts: ModuleFacts = {
  about: {
    async person(tx, id) {
      const newest = await tx.consent.findMany({
        where: { personId: id },
        distinct: ['purposeId'],
        orderBy: [{ purposeId: 'asc' }, { seq: 'desc' }],
      });
      return {
        consents: newest.map(({ purposeId, decision, at }) => ({
          purpose: purposeId,
          decision,
          at: at.toISOString(),
        })),
      };
    },
  },
  ownData: { show: async (tx, { person }) => ({ consents: await consentsOf(tx, person) }) },
  async erase(unit, { id }) {
    await withdrawAll(unit, id);
    return [];
  },
};
