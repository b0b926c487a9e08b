import type { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { PastViolation } from '../violations/demo.ts';

/**
 * Makes each violation of the past an incident with its verdict. No event tells of them.
 *
 * @param like the id of the incident that they are like.
 */
export async function keepPastIncidents(
  tx: Transaction,
  like: string,
  past: readonly PastViolation[],
): Promise<void> {
  const one = await tx.incident.findFirstOrThrow({ where: { id: like } });
  await tx.incident.createMany({
    data: past.map(({ id, startedAt, status, reason, by, byName, at }) => ({
      tenantId: one.tenantId,
      id,
      site: one.site,
      subject: one.subject,
      status,
      severity: one.severity,
      rules: one.rules,
      cameras: one.cameras,
      areas: one.areas,
      mainId: id,
      startedAt,
      lastAt: startedAt,
      openedAt: startedAt,
      findings: 1,
      undecided: 0,
      told: one.told ?? 'info',
      version: 2,
      reviewedBy: by,
      reviewedByName: byName,
      reviewedAt: at,
      reviewReason: reason,
    })),
  });
  await tx.incidentFinding.createMany({
    data: past.map(
      ({ id, startedAt }): Prisma.IncidentFindingCreateManyInput => ({
        tenantId: one.tenantId,
        findingId: id,
        incidentId: id,
        joinedAt: startedAt,
      }),
    ),
  });
}
