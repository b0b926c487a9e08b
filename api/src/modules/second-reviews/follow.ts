import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { StatusChange } from '../incidents/events.ts';
import { keepPastReviews } from './demo.ts';
import { blindId, isDrawn } from './draw.ts';
import { readSetting } from './settings.ts';

/** Rules without camera evidence, which a second reviewer could not judge. */
const WITHOUT_PICTURES = ['unqualified-operator'];

/**
 * Draws verdicts for a second review. Cancels the open second review of an incident that is reopened, or that a finding
 * joins after its verdict. Runs in the transaction of the verdict, so that each verdict is drawn at most once. A draw emits
 * no event and writes no log: the first reviewer could see them.
 *
 * @param isDemo seeds the demonstration: the company's first verdict is always drawn, and has a past.
 */
export const createDraws =
  ({ isDemo }: { isDemo: boolean }) =>
  async (unit: Unit, { incident, before, after }: StatusChange): Promise<void> => {
    const { tx, caller } = unit;
    const at = new Date();
    await tx.secondReview.updateMany({
      where: { incidentId: incident, secondAt: null, cancelledAt: null },
      data: { cancelledAt: at },
    });
    if (before === after) return;
    if (after === 'pending') {
      // `settledAt: null` is checked by the update itself, so that a concurrent `keep` is not overwritten.
      await tx.secondReview.updateMany({
        where: {
          incidentId: incident,
          OR: [
            { firstStatus: 'confirmed', secondStatus: 'dismissed' },
            { firstStatus: 'dismissed', secondStatus: 'confirmed' },
          ],
          settledAt: null,
        },
        data: { settledHow: 'reopened', settledBy: caller.account?.id ?? null, settledAt: at },
      });
      return;
    }
    const { share } = await readSetting(tx);
    const isFirst = isDemo && (await tx.secondReview.count()) === 0;
    if (!isDrawn(share) && !isFirst) return;
    const row = await tx.incident.findFirstOrThrow({ where: { id: incident } });
    const main = await tx.violation.findFirstOrThrow({
      where: { id: row.mainId },
      select: { rule: true },
    });
    const { reviewedBy, reviewedAt } = row;
    if (reviewedBy === null || reviewedAt === null || WITHOUT_PICTURES.includes(main.rule)) return;
    await tx.secondReview.createMany({
      data: [
        {
          tenantId: caller.tenant,
          id: blindId(),
          incidentId: incident,
          site: row.site,
          rule: main.rule,
          startedAt: row.startedAt,
          firstStatus: row.status,
          firstReason: row.reviewReason,
          firstNote: row.reviewNote,
          firstBy: reviewedBy,
          firstAt: reviewedAt,
        },
      ],
      skipDuplicates: true,
    });
    if (isFirst) {
      const like = { incident, violation: row.mainId, site: row.site, rule: main.rule };
      const reviewer = { id: reviewedBy, name: row.reviewedByName as { zh: string; en: string } };
      await keepPastReviews(unit, { ...like, at: reviewedAt }, [reviewer]);
    }
  };
