import { DateTime } from 'luxon';
import { systemCaller } from '../../platform/access/caller.ts';
import { holdersOf } from '../../platform/access/holders.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { dayDate, dayText } from '../../platform/kit/schemas.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { dayMark } from '../../platform/notices/times.ts';
import type { Notices } from '../../platform/notices/types.ts';

/**
 * Tells those who may lift holds of each one whose review date has come, once. The rows say of which day they
 * were told, so that missed days are made up for.
 *
 * @returns the number of notices.
 */
export function tellOfReviews(
  options: { units: Units; notices: Pick<Notices, 'notify'>; timeZone: string },
  tenant: string,
  now = new Date(),
): Promise<number> {
  const { units, notices, timeZone } = options;
  return units.run(systemCaller(tenant), async (unit) => {
    const { tx } = unit;
    const today = DateTime.fromJSDate(now, { zone: timeZone }).toISODate() ?? '';
    const due = (
      await tx.evidenceHold.findMany({
        where: { liftedAt: null, reviewOn: { lte: dayDate(today) } },
        orderBy: { id: 'asc' },
      })
    ).filter((row) => row.toldReview?.getTime() !== row.reviewOn.getTime());
    if (due.length === 0) return 0;
    const to = await holdersOf(tx, 'evidence:hold');
    for (const row of due) {
      await tx.evidenceHold.updateMany({
        where: { id: row.id },
        data: { toldReview: row.reviewOn },
      });
      const day = dayMark(dayText(row.reviewOn));
      await notices.notify(unit, {
        to,
        kind: 'evidence-hold.review',
        severity: 'info',
        title: { zh: '证据封存待复查', en: 'A hold on evidence is to be reviewed' },
        body: {
          zh: `复查日期 ${day}。原因：${row.reason}。请延期或解除封存。`,
          en: `Its review date is ${day}. The reason: ${row.reason}. Move the date, or lift the hold.`,
        },
        link: noticeLink('evidence-hold.review', row.id),
        subject: { entity: 'evidence-hold', id: row.id },
      });
    }
    return due.length;
  });
}
