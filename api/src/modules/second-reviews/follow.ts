import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { StatusChange } from '../incidents/events.ts';
import { blindId, isDrawn, USUAL_SHARE } from './draw.ts';

/** No camera watches what this rule records: there is no evidence that a second reviewer could judge. */
const WITHOUT_PICTURES = ['unqualified-operator'];

/**
 * Draws verdicts for a second review, and ends what a reopened incident had; what waits is ended also where something
 * joined the incident after its verdict, since that was not judged with it. It runs in the transaction of the verdict:
 * each is drawn once, and not again by an event that comes twice. Nothing is emitted or logged of a draw: the first
 * reviewer would see it.
 *
 * @param isFirstDrawn the first verdict of all is drawn, whatever the share is: for the demonstration.
 */
export const createDraws =
  ({ isFirstDrawn }: { isFirstDrawn: boolean }) =>
  async (unit: Unit, { incident, before, after }: StatusChange): Promise<void> => {
    const { tx, caller } = unit;
    const at = new Date();
    await tx.secondReview.updateMany({
      where: { incidentId: incident, secondAt: null, cancelledAt: null },
      data: { cancelledAt: at },
    });
    if (before === after) return;
    if (after === 'pending') {
      // What is kept at this moment stays kept: the condition is that of the update itself.
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
    const setting = await tx.secondReviewSetting.findFirst();
    const isWanted =
      isDrawn(setting?.share ?? USUAL_SHARE) ||
      (isFirstDrawn && (await tx.secondReview.count()) === 0);
    if (!isWanted) return;
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
  };
