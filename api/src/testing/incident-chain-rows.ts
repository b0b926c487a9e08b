import { ulid } from 'ulid';
import type { Transaction } from '../platform/db/database.ts';
import { dayDate } from '../platform/kit/schemas.ts';

/** Rows of registers as they would be some time after an incident, for its chain. */

const MINUTE_MS = 60_000;
const tenantId = 'demo';
const by = { zh: '试', en: 'Test' };
type Shift = (minutes: number) => Date;
/** The instant so many minutes after another. */
export const minutesFrom =
  (at: Date): Shift =>
  (minutes) =>
    new Date(at.getTime() + minutes * MINUTE_MS);

/**
 * A permit of the press line that went through these states, each with its minute.
 *
 * @returns its id.
 */
export async function permitWas(
  tx: Transaction,
  at: Shift,
  states: readonly (readonly [state: string, minute: number])[],
  closedAt: Date | null = null,
): Promise<string> {
  const [id, caseId, area] = [ulid(), ulid(), 'press-line'];
  const [state, minute] = states.at(-1) ?? ['draft', 0];
  const flow = await tx.workflowDefinition.findFirstOrThrow({ where: { id: 'permit' } });
  await tx.workflowCase.create({
    data: {
      tenantId,
      id: caseId,
      definitionId: flow.id,
      definitionVersion: flow.version,
      entity: 'permit',
      entityId: id,
      state,
      enteredAt: at(minute),
      parts: {},
      played: {},
      title: by,
      link: `/permits/${id}`,
      openedAt: at(-120),
      closedAt,
    },
  });
  await tx.workflowStep.createMany({
    data: states.map(([to, when], n) => ({
      tenantId,
      caseId,
      version: n + 1,
      kind: n === 0 ? 'started' : 'transition',
      transition: n === 0 ? null : 'test',
      to,
      at: at(when),
      fields: {},
    })),
  });
  await tx.permit.create({
    data: {
      tenantId,
      id,
      kind: 'hot-work',
      title: id,
      areaId: area,
      description: 'welding',
      fromAt: at(-90),
      toAt: at(60),
      applicantId: ulid(),
      approvedBy: ulid(),
      enteredAt: at(minute),
      caseId,
      flowVersion: flow.version,
      state,
      version: states.length,
      closedAt,
    },
  });
  return id;
}

/** An event of a fence of the press line. */
export async function fenceEventWas(
  tx: Transaction,
  {
    begunAt,
    untilAt = null,
    closedAt = null,
  }: { begunAt: Date; untilAt?: Date | null; closedAt?: Date | null },
): Promise<string> {
  const id = ulid();
  const fence = await tx.areaFence.findFirstOrThrow({ where: { areaId: 'press-line' } });
  const state = closedAt === null ? 'open' : 'ended';
  const { kind, severity, areaId } = fence;
  await tx.fenceEvent.create({
    data: {
      tenantId,
      id,
      fenceId: fence.id,
      areaId,
      kind,
      severity,
      begunAt,
      untilAt,
      openedAt: begunAt,
      closedAt,
      state,
      closedBy: closedAt && 'gone',
      certainty: 'heard',
      codes: [],
      reasons: [],
    },
  });
  return id;
}

/** Certificates of the person that have counted in the register for long, by kind and last day. */
export async function certificates(
  tx: Transaction,
  personId: string,
  of: readonly { category: string; type?: string; result?: string; validUntil: string | null }[],
): Promise<string[]> {
  const rows = of.map(({ validUntil, ...kind }) => ({
    tenantId,
    personId,
    type: 'special-work',
    ...kind,
    id: ulid(),
    status: 'counted',
    checkedAt: new Date(0),
    validFrom: dayDate('2020-01-01'),
    validUntil: dayDate(validUntil),
  }));
  await tx.qualification.createMany({ data: rows });
  return rows.map(({ id }) => id);
}

/** An exam of the person, with the day on which it was and on which it ends, and when it was entered. */
export async function examWas(
  tx: Transaction,
  { person, day, createdAt }: { person: string; day: string; createdAt: Date },
): Promise<string> {
  const assessor = await tx.person.findFirstOrThrow({ where: { employeeNo: 'E011' } });
  const id = ulid();
  const [assessedOn, validUntil] = [dayDate(day), dayDate(day)];
  const of = { tenantId, id, personId: person, kind: 'fire', method: 'exam', level: 2 };
  await tx.emergencyAssessment.create({
    data: { ...of, assessedOn, validUntil, assessorId: assessor.id, source: 'exam', createdAt },
  });
  return id;
}

/** An incident that was merged into another one, with a hold that was set before. */
export async function mergedInto(
  tx: Transaction,
  into: string,
): Promise<{ id: string; hold: string }> {
  const { reviewedByName, ...row } = await tx.incident.findFirstOrThrow({ where: { id: into } });
  const [id, hold] = [ulid(), ulid()];
  const name = reviewedByName === null ? {} : { reviewedByName };
  await tx.incident.createMany({ data: { ...row, ...name, id, mergedInto: into } });
  await tx.evidenceHold.create({
    data: {
      tenantId,
      id: hold,
      incidentId: id,
      reason: 'before the merger',
      reviewOn: dayDate('2099-01-01'),
      setBy: ulid(),
      setByName: by,
    },
  });
  return { id, hold };
}
