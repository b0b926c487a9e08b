import { DateTime } from 'luxon';
import { newId } from '../../platform/db/ids.ts';
import type { DemoParts } from '../seeds.ts';

const terms = {
  leadHours: 0,
  graceDays: 0,
  needsFile: false,
  needsSecond: false,
};

/**
 * Adds two own obligations to the demonstration where the tenant has none: each first of the month the fire
 * extinguishers, and the lubrication of press 1 each 200 running hours, which is near.
 */
export const seedDemo = ({ database, tenant: tenantId }: DemoParts): Promise<void> =>
  database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    // Processes that start at the same time run one after the other.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, 5270264))::text`;
    if ((await tx.ownObligation.count()) > 0) return;
    const today = DateTime.utc().startOf('day');
    const press = await tx.equipment.findFirst({ where: { id: 'press-1' }, select: { id: true } });
    const shared = { tenantId, ...terms };
    await tx.ownObligation.create({
      data: {
        ...shared,
        id: newId(),
        title: { zh: '灭火器月度检查', en: 'Monthly check of the fire extinguishers' },
        subjectKind: 'plant',
        responsibleRole: 'safety-officer',
        dueBy: 'fixed',
        startsOn: today.startOf('month').plus({ months: 1 }).toJSDate(),
        everyText: '1 months',
        leadDays: 7,
        graceDays: 3,
        needsSecond: true,
      },
    });
    if (!press) return;
    await tx.ownObligation.create({
      data: {
        ...shared,
        id: newId(),
        title: { zh: '冲床润滑', en: 'Lubrication of the press' },
        subjectKind: 'machine',
        subjectId: press.id,
        responsibleRole: 'maintainer',
        dueBy: 'meter',
        startsOn: today.toJSDate(),
        everyHours: 200,
        startHours: 185,
        leadDays: 0,
        leadHours: 20,
      },
    });
  });
