import type { Database } from '../../platform/db/database.ts';
import { ATTENDANCE_POSITION, NAMING, VIDEO_IDENTITY } from './gate.ts';

/** Who agreed to their position, and not to this. */
const refusals: Readonly<Record<string, readonly string[]>> = {
  [VIDEO_IDENTITY]: ['E009'],
  [ATTENDANCE_POSITION]: ['E009'],
};

/**
 * Gives the consents of the demonstration's badge wearers, without which their positions would not
 * be stored and they would not be named. Existing answers are kept.
 */
export function seedDemoConsents(database: Database, tenantId: string): Promise<void> {
  return database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    const people = await tx.person.findMany({
      where: { sourceSystem: 'demo' },
      select: { id: true, employeeNo: true },
    });
    const worn = await tx.badge.findMany({
      where: { until: null, personId: { in: people.map(({ id }) => id) } },
      select: { personId: true },
    });
    const wearers = people.filter(({ id }) => worn.some(({ personId }) => personId === id));
    for (const purposeId of [...NAMING, ATTENDANCE_POSITION]) {
      const purpose = await tx.consentPurpose.findFirst({
        where: { id: purposeId },
        orderBy: { version: 'desc' },
      });
      if (!purpose) continue;
      const answered = await tx.consent.findMany({
        where: { personId: { in: wearers.map(({ id }) => id) }, purposeId },
        select: { personId: true },
      });
      const known = new Set(answered.map(({ personId }) => personId));
      const isRefused = (employeeNo: string) => refusals[purposeId]?.includes(employeeNo) === true;
      await tx.consent.createMany({
        data: wearers
          .filter(({ id }) => !known.has(id))
          .map(({ id, employeeNo }) => ({
            tenantId,
            personId: id,
            purposeId,
            noticeVersion: purpose.version,
            scope: purpose.scope,
            decision: isRefused(employeeNo) ? 'refused' : 'given',
            how: 'desk',
            note: '演示数据 / Demonstration',
          })),
      });
    }
  });
}
