import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';

/** A violation of the days before the demonstration began, with its verdict. */
export interface PastViolation {
  id: string;
  startedAt: Date;
  status: 'confirmed' | 'dismissed';
  reason: string | null;
  by: string;
  byName: Prisma.InputJsonObject;
  at: Date;
}

/**
 * Records past violations without a person, as copies of one of the demonstration. No event is emitted.
 *
 * @param like its id: they get its camera, rule and picture, and nothing of its person.
 */
export async function keepPastViolations(
  tx: Transaction,
  like: string,
  past: readonly PastViolation[],
): Promise<void> {
  const one = await tx.violation.findFirstOrThrow({ where: { id: like } });
  await tx.violation.createMany({
    data: past.map(({ id, startedAt, status, reason, by, byName, at }) => ({
      tenantId: one.tenantId,
      id,
      source: one.source,
      rule: one.rule,
      ruleId: one.ruleId,
      severity: one.severity,
      camera: one.camera,
      cameraName: one.cameraName as Prisma.InputJsonValue,
      site: one.site,
      areaId: one.areaId,
      zone: one.zone,
      zoneName: (one.zoneName ?? Prisma.DbNull) as Prisma.InputJsonValue,
      startedAt,
      confirmedAt: startedAt,
      endedAt: new Date(startedAt.getTime() + 20_000),
      recordedAt: startedAt,
      confidence: one.confidence,
      item: one.item,
      subject: one.subject,
      actor: id,
      tracks: [id],
      box: (one.box ?? Prisma.DbNull) as Prisma.InputJsonValue,
      floor: (one.floor ?? Prisma.DbNull) as Prisma.InputJsonValue,
      path: [],
      modelName: one.modelName,
      modelVersion: one.modelVersion,
      snapshotSha256: one.snapshotSha256,
      snapshotWidth: one.snapshotWidth,
      snapshotHeight: one.snapshotHeight,
      snapshotTakenAt: startedAt,
      snapshotBoxes: (one.snapshotBoxes ?? Prisma.DbNull) as Prisma.InputJsonValue,
      snapshotBlurredSha256: one.snapshotBlurredSha256,
      status,
      version: 2,
      reviewedBy: by,
      reviewedByName: byName,
      reviewedAt: at,
      reviewReason: reason,
    })),
  });
  await tx.verdict.createMany({
    data: past.map(({ id, status, reason, by, byName, at }) => ({
      tenantId: one.tenantId,
      violationId: id,
      version: 2,
      decision: status === 'confirmed' ? 'confirm' : 'dismiss',
      reason,
      byUser: by,
      byName,
      at,
    })),
  });
}
