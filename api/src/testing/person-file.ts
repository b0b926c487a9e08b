import { ulid } from 'ulid';
import type { Transaction } from '../platform/db/database.ts';

const DAY_MS = 86_400_000;

/** What the file of a person is to have. */
export interface FilledFile {
  person: string;
  /** The new name of the person. */
  name: string;
  /** Violations that count, one an hour. The newest has an open objection. */
  events: number;
  reviewer: string;
  /** Title of the person's job. */
  job: string;
  /** Source of their assessments for emergencies. */
  assessedBy: string;
  /** Place of a violation of a hundred days ago that an objection took out. */
  withdrawnAt: string;
}

/** Fills the file of a person of the demonstration with everything that a document may have to leave out. */
export async function fillFile(tx: Transaction, file: FilledFile): Promise<void> {
  const tenant = { tenantId: 'demo' };
  const at = new Date(Date.now() - 3_600_000);
  await tx.person.update({
    where: { tenantId_id: { ...tenant, id: file.person } },
    data: { name: file.name },
  });
  const text = { zh: '未戴安全帽', en: 'No helmet' };
  const entryOf = (startedAt: Date, place: string) => ({
    ...tenant,
    id: ulid(),
    personId: file.person,
    violationId: ulid(),
    verdictVersion: 1,
    rule: 'missing-ppe',
    kindName: text,
    ruleId: 'helmet',
    severity: 'warning',
    modelName: 'm',
    modelVersion: '1',
    startedAt,
    site: 'plant-1',
    camera: 'hall-west',
    cameraName: { zh: place, en: place },
    confidence: 0.9,
    basis: 'badge',
    explanation: [],
    reviewerId: ulid(),
    reviewerName: { zh: file.reviewer, en: 'Wang Anquan' },
    reviewedAt: at,
    objectUntil: at,
    told: false,
  });
  const entries = Array.from({ length: file.events }, (_, n) =>
    entryOf(new Date(+at - n * 3_600_000), `西${n}号机`),
  );
  const withdrawn = entryOf(new Date(+at - 100 * DAY_MS), file.withdrawnAt);
  await tx.safetyEntry.createMany({ data: [...entries, withdrawn] });
  await tx.safetyEntryChange.create({
    data: { ...tenant, entryId: withdrawn.id, number: 1, kind: 'withdrawn' },
  });
  await tx.emergencyAssessment.updateMany({
    where: { personId: file.person },
    data: { source: file.assessedBy },
  });
  await tx.violationObjection.create({
    data: {
      ...tenant,
      id: ulid(),
      entryId: entries[0]?.id ?? '',
      personId: file.person,
      text: '不是我',
      filedBy: ulid(),
      caseId: ulid(),
      flowVersion: 1,
      state: 'filed',
      version: 1,
    },
  });
  const assigned = await tx.workAssignment.findFirstOrThrow({ where: { personId: file.person } });
  await tx.workJob.update({
    where: { tenantId_id: { ...tenant, id: assigned.jobId } },
    data: { title: file.job, from: at },
  });
  await tx.workAssignment.update({
    where: { tenantId_id: { ...tenant, id: assigned.id } },
    data: { from: at },
  });
  const fence = await tx.areaFence.findFirstOrThrow({});
  await tx.fenceEvent.create({
    data: {
      ...tenant,
      id: ulid(),
      fenceId: fence.id,
      areaId: fence.areaId,
      kind: 'stay',
      severity: 'warning',
      personId: file.person,
      badge: 'badge-w1',
      begunAt: at,
      openedAt: at,
      state: 'open',
      certainty: 'heard',
      codes: [],
      reasons: [],
    },
  });
}
