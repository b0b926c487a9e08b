import { systemCaller } from '../../platform/access/caller.ts';
import { holdersOf } from '../../platform/access/holders.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { isRenewed } from './gate.ts';
import { daysAt, readWords } from './words.ts';

/**
 * Notifies supplier managers of qualifications that end within 60 days or have ended: once per
 * stage, except renewed ones. The rows record the notices, so that missed days are made up for.
 *
 * @returns the number of notices.
 */
export function tellOfExpiry(
  options: { units: Units; notices: Notices; timeZone: string },
  tenant: string,
  now = new Date(),
): Promise<number> {
  const { units, notices, timeZone } = options;
  return units.run(systemCaller(tenant), async (unit) => {
    const { tx } = unit;
    const { today, soon } = daysAt(timeZone, now);
    const rows = await tx.supplierQualification.findMany({
      where: {
        revoked: false,
        confirmed: true,
        validUntil: { lte: new Date(soon) },
        supplier: { status: { not: 'blocked' } },
        OR: [{ told: null }, { told: 'soon', validUntil: { lt: new Date(today) } }],
      },
      include: { supplier: { select: { name: true, qualifications: true } } },
      orderBy: { id: 'asc' },
      take: 500,
    });
    if (rows.length === 0) return 0;
    const to = await holdersOf(tx, 'supplier:manage');
    const words = await readWords(tx);
    let told = 0;
    for (const row of rows) {
      const { id, kind, supplierId, validUntil, supplier } = row;
      const until = dayText(validUntil) ?? '';
      const isOver = until < today;
      const name = words.qualifications.get(kind) ?? { zh: kind, en: kind };
      await tx.supplierQualification.updateMany({
        where: { id },
        data: { told: isOver ? 'expired' : 'soon' },
      });
      if (isRenewed(row, supplier.qualifications)) continue;
      told++;
      await notices.notify(unit, {
        to,
        kind: 'supplier.expiry',
        severity: isOver ? 'warning' : 'info',
        title: {
          zh: `${supplier.name}：${name.zh}${isOver ? '已到期' : '将到期'}`,
          en: `${supplier.name}: ${name.en} ${isOver ? 'has ended' : 'ends soon'}`,
        },
        body: {
          zh: `有效期至 ${until}。${isOver ? '到期期间不得采购。' : '请联系供应商更新资质。'}`,
          en: `Valid until ${until}. ${isOver ? 'Nothing is bought from it until it is renewed.' : 'Ask the supplier for the renewed one.'}`,
        },
        link: noticeLink('supplier.expiry', supplierId),
        subject: { entity: 'supplier', id: supplierId },
      });
    }
    return told;
  });
}
