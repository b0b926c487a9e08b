import type {
  ViolationClipReady,
  ViolationConfirmed,
  ViolationEnded,
  ViolationFollowed,
  ViolationIdentified,
} from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { CameraNames } from '../cameras/service.ts';
import type { SnoozeMark } from '../snoozes/match.ts';
import { clipColumns } from '../violations/clip-columns.ts';
import { keepCandidates, personColumns, type ResolvedIdentity } from '../violations/identity.ts';
import type { ViolationRow } from '../violations/repository.ts';

/** Which event of which sender. */
export interface EventKey {
  source: string;
  eventId: string;
  type: string;
  violationId: string;
}

/**
 * Notes that an event is taken. Of two transactions with the same event, the second waits for the
 * first here and then finds it taken.
 *
 * @returns false where it was taken before.
 */
export async function takeEvent(
  tx: Transaction,
  tenantId: string,
  key: EventKey,
): Promise<boolean> {
  const { count } = await tx.violationEventInbox.createMany({
    data: [{ tenantId, ...key }],
    skipDuplicates: true,
  });
  return count === 1;
}

/**
 * Notes a stored file, and who had its bytes; again changes nothing.
 *
 * @returns whether it is new.
 */
export async function noteEvidence(
  tx: Transaction,
  tenantId: string,
  file: {
    sha256: string;
    mediaType: string;
    bytes: number;
    sealed: boolean;
    worker: string | null;
  },
): Promise<boolean> {
  const { worker, ...data } = file;
  const storedBy = worker === null ? [] : [worker];
  const { count } = await tx.evidence.createMany({
    data: [{ tenantId, ...data, storedBy }],
    skipDuplicates: true,
  });
  if (count === 0 && worker !== null) {
    await tx.evidence.updateMany({
      // One that came with the shared token stays open to the worker that sent it, whichever it was.
      where: {
        sha256: file.sha256,
        storedBy: { isEmpty: false },
        NOT: { storedBy: { has: worker } },
      },
      data: { storedBy: { push: worker } },
    });
  }
  return count === 1;
}

/** What is known of the files that are stored, by their digests. */
export async function storedEvidence(
  tx: Transaction,
  digests: string[],
): Promise<Map<string, { mediaType: string; storedBy: string[] }>> {
  const found = await tx.evidence.findMany({
    where: { sha256: { in: digests } },
    select: { sha256: true, mediaType: true, storedBy: true },
  });
  return new Map(found.map(({ sha256, ...about }) => [sha256, about]));
}

/** Who recorded a violation, or null where it is not known yet. */
export async function sourceOf(tx: Transaction, violation: string): Promise<string | null> {
  const found = await tx.violation.findFirst({
    where: { id: violation },
    select: { source: true },
  });
  return found?.source ?? null;
}

export async function createViolation(
  tx: Transaction,
  tenantId: string,
  event: ViolationConfirmed,
  {
    names,
    areaId,
    modelLogId,
    snooze,
    resolved,
  }: {
    names: CameraNames;
    /** Where it was; null where the camera does not say so. */
    areaId: string | null;
    modelLogId: string | null;
    snooze: SnoozeMark | null;
    /** Who it was. */
    resolved: ResolvedIdentity;
  },
): Promise<ViolationRow> {
  const { data } = event;
  const row = await tx.violation.create({
    data: {
      tenantId,
      id: data.violation,
      source: event.source,
      rule: data.rule,
      ruleId: data.ruleId,
      severity: data.severity,
      camera: data.camera,
      cameraName: names.camera,
      site: data.site,
      areaId,
      zone: data.zone,
      zoneName: names.zone ?? Prisma.DbNull,
      line: data.line,
      lineName: names.line ?? Prisma.DbNull,
      direction: data.direction,
      startedAt: new Date(data.startedAt),
      identitySaidAt: new Date(event.time),
      confirmedAt: new Date(data.confirmedAt),
      confidence: data.confidence,
      item: data.item,
      subject: data.subject,
      actor: data.actor,
      tracks: data.tracks,
      box: data.box ?? Prisma.DbNull,
      floor: data.floor ?? Prisma.DbNull,
      path: data.path,
      arming: data.arming ?? Prisma.DbNull,
      identity: resolved.identity ?? Prisma.DbNull,
      ...personColumns(resolved.person),
      why: data.why ?? Prisma.DbNull,
      snooze: snooze ? { ...snooze } : Prisma.DbNull,
      modelName: data.model.name,
      modelVersion: data.model.version,
      modelLogId,
      ...snapshotColumns(data),
    },
  });
  await keepCandidates(tx, tenantId, row.id, resolved.candidates);
  return row;
}

function snapshotColumns({ snapshot, snapshotMissing }: ViolationConfirmed['data']) {
  if (snapshot) {
    return {
      snapshotSha256: snapshot.sha256,
      snapshotWidth: snapshot.width,
      snapshotHeight: snapshot.height,
      snapshotTakenAt: new Date(snapshot.takenAt),
      snapshotBoxes: snapshot.boxes,
    };
  }
  const { reason = 'disk-full', message = '' } = snapshotMissing ?? {};
  return { snapshotMissingReason: reason, snapshotMissingMessage: message };
}

/** Notes the end of a violation that is on record. */
export async function endViolation(
  tx: Transaction,
  { data }: ViolationEnded,
): Promise<ViolationRow> {
  await tx.violation.updateMany({
    where: { id: data.violation },
    data: { endedAt: new Date(data.endedAt) },
  });
  return tx.violation.findFirstOrThrow({ where: { id: data.violation } });
}

/** Notes where the actor went after a violation; the path that was signed with it stays as it is. */
export async function addLaterPath(
  tx: Transaction,
  { data }: ViolationFollowed,
): Promise<ViolationRow> {
  await tx.violation.updateMany({
    where: { id: data.violation },
    data: { laterPath: data.path },
  });
  return tx.violation.findFirstOrThrow({ where: { id: data.violation } });
}

/**
 * Notes who the actor of a violation was. Its version moves: a verdict covers what the reviewer saw. The
 * person whom a verdict confirmed stays.
 *
 * @returns null where the same or a higher number was noted before: that one stays.
 */
export async function identifyViolation(
  tx: Transaction,
  tenantId: string,
  { data, time }: ViolationIdentified,
  { identity, person, candidates }: ResolvedIdentity,
): Promise<ViolationRow | null> {
  const where = { id: data.violation };
  const { count } = await tx.violation.updateMany({
    where: { ...where, identityNumber: { lt: data.number } },
    data: {
      identity: identity ?? Prisma.DbNull,
      identityNumber: data.number,
      identitySaidAt: new Date(time),
      version: { increment: 1 },
    },
  });
  if (count === 0) return null;
  await tx.violation.updateMany({
    where: { ...where, status: { not: 'confirmed' } },
    data: personColumns(person),
  });
  await keepCandidates(tx, tenantId, data.violation, candidates);
  return tx.violation.findFirstOrThrow({ where });
}

/**
 * Attaches the clip to a violation that is on record, or the reason why there is none. A clip that
 * is there stays.
 */
export async function attachClip(
  tx: Transaction,
  { data }: ViolationClipReady,
): Promise<ViolationRow> {
  const change = data.clip
    ? {
        ...clipColumns(data.clip),
        clipMissingReason: null,
        clipMissingMessage: null,
      }
    : { clipMissingReason: data.missing.reason, clipMissingMessage: data.missing.message };
  await tx.violation.updateMany({ where: { id: data.violation, clipSha256: null }, data: change });
  return tx.violation.findFirstOrThrow({ where: { id: data.violation } });
}
