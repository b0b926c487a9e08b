import { systemCaller } from '../../platform/access/caller.ts';
import { holdersOf } from '../../platform/access/holders.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { dayDate } from '../../platform/kit/schemas.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { daysAt, maintenanceDue } from './records.ts';

/**
 * Tells those who keep the files of each maintenance that is near or overdue, once. The rows say of
 * which day they were told, so that missed days are made up for.
 *
 * @returns the number of notices.
 */
export function tellOfMaintenance(
  options: { units: Units; notices: Pick<Notices, 'notify'>; timeZone: string },
  tenant: string,
  now = new Date(),
): Promise<number> {
  const { units, notices, timeZone } = options;
  return units.run(systemCaller(tenant), async (unit) => {
    const { tx } = unit;
    const { soon } = daysAt(timeZone, now);
    const planned = await tx.deviceFile.findMany({
      where: { status: 'in-use', maintenanceDays: { not: null } },
      orderBy: { id: 'asc' },
    });
    const due = planned.flatMap((row) => {
      const day = maintenanceDue(row);
      const isTold = day !== null && row.toldDue?.getTime() === dayDate(day).getTime();
      return day !== null && day <= soon && !isTold ? [{ row, day }] : [];
    });
    if (due.length === 0) return 0;
    const to = await holdersOf(tx, 'device-file:manage');
    for (const { row, day } of due) {
      await tx.deviceFile.updateMany({ where: { id: row.id }, data: { toldDue: dayDate(day) } });
      await notices.notify(unit, {
        to,
        kind: 'device-file.maintenance',
        severity: 'info',
        title: { zh: `${row.name}：应进行维护`, en: `${row.name}: maintenance is due` },
        body: {
          zh: `计划日期 ${day}。完成后请在设备档案中登记。`,
          en: `Planned for ${day}. Enter it in the file of the device when it is done.`,
        },
        link: noticeLink('device-file.maintenance', row.id),
        subject: { entity: 'device-file', id: row.id },
      });
    }
    return due.length;
  });
}
