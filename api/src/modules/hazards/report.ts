import type { Account } from '../../platform/account.ts';
import type { Caller } from '../../platform/caller.ts';
import { isRefusedByDatabase, Problem } from '../../platform/errors.ts';
import type { StoredFile } from '../../platform/files/types.ts';
import { compareTimes } from '../../platform/late-entry.ts';
import type { Unit } from '../../platform/unit-of-work.ts';
import type { WorkflowCase } from '../../platform/workflow/engine-types.ts';
import { factsOf } from './events.ts';
import type { Finding } from './evidence-checks.ts';
import { HAZARD } from './flow.ts';
import { addParties } from './follow.ts';
import { examine } from './forgery.ts';
import type { HazardParts } from './parts.ts';
import { findPlace } from './places.ts';
import { findHazard, type HazardRow } from './rows.ts';
import { type ReportBody, TITLE_MAX } from './schema.ts';

/** A report, and what only the server knows of it. */
export interface Report extends Omit<ReportBody, 'links'> {
  /** The program that sent it. */
  device: string | null;
  links: { entity: string; id: string }[];
  /** Said by the seed of a demonstration only; everywhere else it is the clock of the server. */
  reportedAt?: Date;
  demo?: boolean;
}

type Reporter = Caller & { account: Account };

const LINKED = 'The violation is a hazard already; open it from the violation.';

/** A report that was written, with the case that began with it; null where it was there before. */
export interface Taken {
  row: HazardRow;
  begun: WorkflowCase | null;
}

/**
 * Takes a report. This is the only way by which a case begins: there is no import.
 *
 * @param answer what is made of it, in the same transaction.
 * @throws Problem `hazard.*`, `file.*`
 */
export async function takeReport<Answer>(
  parts: HazardParts,
  reporter: Reporter,
  report: Report,
  answer: (unit: Unit, taken: Taken) => Promise<Answer>,
): Promise<Answer> {
  const reportedAt = report.reportedAt ?? new Date();
  const known = (unit: Unit) => findHazard(unit.tx, report.id);
  // Before the transaction, so that nobody waits in it for a number; one sent again wastes its own.
  const no = await parts.numbers.next(reporter.tenant, reportedAt);
  try {
    return await parts.units.run(reporter, async (unit) => {
      const there = await unit.tx.hazard.findFirst({
        where: { id: report.id },
        select: { id: true },
      });
      const again = there && (await known(unit));
      if (again) return answer(unit, { row: ownReport(again, reporter), begun: null });
      return answer(unit, await write(parts, unit, reporter, report, { reportedAt, no }));
    });
  } catch (error) {
    if (error instanceof Problem && error.code === 'hazard.exists') throw error;
    // Sent twice at once: the other one was quicker.
    return parts.units.run(reporter, async (unit) => {
      const other = await known(unit);
      if (!other) throw error;
      return answer(unit, { row: ownReport(other, reporter), begun: null });
    });
  }
}

/** An id that someone else used says nothing of what it belongs to. */
function ownReport(row: HazardRow, { account }: Reporter): HazardRow {
  if (row.reporterId !== account.id) throw new Problem('hazard.exists');
  return row;
}

async function write(
  parts: HazardParts,
  unit: Unit,
  { tenant, account }: Reporter,
  report: Report,
  { reportedAt, no }: { reportedAt: Date; no: string },
): Promise<Taken> {
  const { tx } = unit;
  const type = await tx.hazardType.findFirst({ where: { id: report.type, active: true } });
  if (!type) throw new Problem('hazard.type-unknown');
  const place = await findPlace(tx, report);
  if (report.equipmentId) await checkEquipment(unit, report.equipmentId);
  if (report.violationId) await checkViolation(unit, account, report.violationId);
  const files = await parts.files.attach(unit, report.fileIds, {
    entity: HAZARD,
    id: report.id,
    role: 'report',
  });
  checkMedia(report, files);
  const typeName = type.name as { zh: string; en: string };
  const title = report.title || firstLine(report.description) || typeName.zh;
  const begun = await parts.workflows.start(unit, {
    definition: HAZARD,
    subject: { entity: HAZARD, id: report.id },
    belonging: { site: report.site, department: null, users: [account.id] },
    parts: { reporter: [account.id] },
    title: { zh: `${no} ${title}`, en: `${no} ${title}` },
    link: `/hazards/${report.id}`,
  });
  const times = compareTimes(new Date(report.foundAt), reportedAt);
  await tx.hazard.createMany({
    data: [
      {
        tenantId: tenant,
        id: report.id,
        no,
        title,
        description: report.description,
        type: report.type,
        suggestedLevel: report.suggestedLevel,
        source: report.source,
        device: report.device?.slice(0, 200) ?? null,
        site: report.site,
        areaId: place.areaId,
        floorPlan: place.floorPlan,
        x: place.position?.[0] ?? null,
        y: place.position?.[1] ?? null,
        foundAt: times.happenedAt,
        reportedAt,
        late: times.late,
        reporterId: account.id,
        reporterName: account.displayName,
        caseId: begun.id,
        flowVersion: begun.definition.version,
        state: begun.state,
        version: begun.version,
        dueAt: begun.dueAt,
        assignees: begun.assignees,
        demo: report.demo ?? false,
      },
    ],
  });
  await addParties(unit, report.id, [account.id]);
  await keepFiles(unit, report.id, 'report', begun.version, files);
  await keepLinks(unit, report);
  await examine(
    unit,
    parts.files,
    files,
    {
      hazardId: report.id,
      stage: 'report',
      foundAt: times.happenedAt,
      assignedAt: null,
      site: report.site,
    },
    times.clockAhead ? [clockAhead(report.foundAt)] : [],
  );
  const row = await findHazard(tx, report.id);
  if (!row) throw new Error('the hazard that was written is not there');
  // Who reported it is in the column of the one who acts, and nowhere in the record of the change.
  await unit.audit({
    action: 'create',
    entity: HAZARD,
    id: report.id,
    after: { ...factsOf(row), late: row.late, files: report.fileIds.length },
  });
  await unit.emit({ entity: HAZARD, what: 'reported', subject: report.id, data: factsOf(row) });
  parts.events.pushAfter(unit, 'reported', row);
  return { row, begun };
}

async function checkEquipment(unit: Unit, id: string): Promise<void> {
  const found = await unit.tx.equipment.findFirst({ where: { id }, select: { id: true } });
  if (!found) throw new Problem('hazard.place-unknown', `There is no machine "${id}".`);
}

/** Only what the reporter may see can be named, and only once a reviewer has confirmed it. */
async function checkViolation(unit: Unit, account: Account, id: string): Promise<void> {
  const found = account.permissions.has('violation:read')
    ? await unit.tx.violation.findFirst({ where: { id }, select: { status: true } })
    : null;
  if (!found) throw new Problem('violation.unknown');
  if (found.status !== 'confirmed') throw new Problem('violation.not-confirmed');
}

/** Text alone is enough; without it, a photo or video has to show what is wrong. */
function checkMedia(report: Report, files: StoredFile[]): void {
  if (report.description || report.title || report.links.length > 0) return;
  if (!files.some(({ kind }) => kind === 'photo' || kind === 'video')) {
    throw new Problem('hazard.needs-media');
  }
}

/** Cut between characters, not within one of two units. */
const firstLine = (text: string) =>
  [...(text.split('\n', 1)[0] ?? '')]
    .slice(0, TITLE_MAX / 2)
    .join('')
    .trim();

const clockAhead = (claimed: string): Finding => ({
  kind: 'clock-ahead',
  severity: 'warning',
  text: {
    zh: `终端时钟快于服务器，所称发现时间 ${claimed} 尚未到来，按服务器时间记录`,
    en: `The clock of the device runs ahead: ${claimed} had not come yet; the server's time is kept`,
  },
  fileId: null,
  otherHazardId: null,
});

/** Keeps what the files were when they were handed in, so that lists need no other table. */
export async function keepFiles(
  unit: Unit,
  hazardId: string,
  role: 'report' | 'rectification' | 'other',
  version: number,
  files: StoredFile[],
): Promise<void> {
  await unit.tx.hazardFile.createMany({
    data: files.map((file) => ({
      tenantId: unit.caller.tenant,
      hazardId,
      fileId: file.id,
      role,
      kind: file.kind,
      name: file.name,
      width: file.width,
      height: file.height,
      takenAt: file.takenAt,
      version,
    })),
  });
}

async function keepLinks(unit: Unit, report: Report): Promise<void> {
  const links = new Map<string, { entity: string; entityId: string }>();
  const add = (entity: string, entityId: string | undefined) => {
    if (entityId) links.set(`${entity}:${entityId}`, { entity, entityId });
  };
  for (const { entity, id } of report.links) add(entity, id);
  add('equipment', report.equipmentId);
  add('violation', report.violationId);
  const key = { tenantId: unit.caller.tenant, hazardId: report.id };
  try {
    await unit.tx.hazardLink.createMany({
      data: [...links.values()].map((link) => ({ ...key, ...link })),
    });
  } catch (error) {
    // A violation becomes one hazard; someone else was quicker.
    if (isRefusedByDatabase(error)) throw new Problem('hazard.exists', LINKED);
    throw error;
  }
}
