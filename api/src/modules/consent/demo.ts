import type { Database } from '../../platform/db/database.ts';

/**
 * Gives the consent of the demonstration's badge wearers, without which their positions would not
 * be stored. Existing answers are kept.
 */
export function seedDemoConsents(database: Database, tenantId: string): Promise<void> {
  return database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    const purpose = await tx.consentPurpose.findFirst({
      where: { id: 'badge-tracking' },
      orderBy: { version: 'desc' },
    });
    if (!purpose) return;
    const people = await tx.person.findMany({
      where: { sourceSystem: 'demo' },
      select: { id: true },
    });
    const worn = await tx.badge.findMany({
      where: { until: null, personId: { in: people.map(({ id }) => id) } },
      select: { personId: true },
    });
    const answered = await tx.consent.findMany({
      where: { personId: { in: worn.map(({ personId }) => personId) }, purposeId: purpose.id },
      select: { personId: true },
    });
    const known = new Set(answered.map(({ personId }) => personId));
    await tx.consent.createMany({
      data: worn
        .filter(({ personId }) => !known.has(personId))
        .map(({ personId }) => ({
          tenantId,
          personId,
          purposeId: purpose.id,
          noticeVersion: purpose.version,
          scope: purpose.scope,
          decision: 'given',
          how: 'desk',
          note: '演示数据',
        })),
    });
  });
}
