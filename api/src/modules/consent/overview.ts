import type { Transaction } from '../../platform/db/database.ts';
import { suppressSmall } from '../../platform/privacy/group-size.ts';
import { privacySettingsOf } from '../../platform/privacy/settings.ts';
import type { ConsentOverview, Purpose } from './schema.ts';

type Counts = ConsentOverview['items'][number]['counts'];

const states = ['given', 'refused', 'withdrawn', 'outdated', 'unasked'] as const;

/**
 * Answer counts of current employees per purpose. Counts of small groups are hidden, and those that
 * could be computed from the others and the total.
 */
export async function consentOverview(
  tx: Transaction,
  purposes: readonly Purpose[],
): Promise<ConsentOverview> {
  const people = await tx.person.count({ where: { status: 'active' } });
  const newest = await tx.$queryRaw<
    { purpose: string; decision: 'given' | 'refused' | 'withdrawn'; version: number; n: number }[]
  >`
    SELECT purpose_id AS purpose, decision, notice_version AS version, count(*)::int AS n
    FROM (
      SELECT DISTINCT ON (c.person_id, c.purpose_id) c.purpose_id, c.decision, c.notice_version
      FROM consent c
      JOIN person p ON p.tenant_id = c.tenant_id AND p.id = c.person_id AND p.status = 'active'
      ORDER BY c.person_id, c.purpose_id, c.seq DESC
    ) answers
    GROUP BY 1, 2, 3`;
  const { minGroupSize } = await privacySettingsOf(tx);
  return {
    people,
    minGroupSize,
    items: purposes.map((purpose) => {
      const counts = { given: 0, refused: 0, withdrawn: 0, outdated: 0, unasked: people };
      // Answers to an inactive purpose are left out: no data are collected for it.
      if (!purpose.active) return { purpose, counts: { ...counts, unasked: 0 } };
      for (const { decision, version, n } of newest.filter((one) => one.purpose === purpose.id)) {
        const old = decision === 'given' && version < purpose.validFrom;
        counts[old ? 'outdated' : decision] += n;
        counts.unasked -= n;
      }
      const groups = states.map((key) => ({ key, count: counts[key] }));
      const shown = suppressSmall(groups, minGroupSize);
      // The number of people is known: where the total would have to be hidden, all counts are.
      const isHidden = shown.total === null;
      const cells = shown.groups.map(({ key, count }) => [key, isHidden ? null : count]);
      return { purpose, counts: Object.fromEntries(cells) as Counts };
    }),
  };
}
