import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import { insertAll, insertsOf } from '../../platform/db/bulk.ts';
import { sqlIn } from '../../platform/db/database.ts';
import { isRefusedByDatabase } from '../../platform/db/database-errors.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { StoredFile } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { compareTimes } from '../../platform/late-entry.ts';
import type { WorkflowTransition } from '../../platform/workflow/definition.ts';
import type { PreparedStart, WorkflowCase } from '../../platform/workflow/engine-types.ts';
import { caseColumns, caseRow } from '../../platform/workflow/record-columns.ts';
import { asReader } from '../violations/reach.ts';
import { findWithin } from '../violations/repository.ts';
import { factsOf } from './events.ts';
import type { Finding } from './evidence-checks.ts';
import { HAZARD } from './flow.ts';
import { examine } from './forgery.ts';
import type { HazardParts } from './parts.ts';
import { type Ground, groundOf, placeOf } from './places.ts';
import { findHazard, type HazardRow } from './rows.ts';
import { type ReportBody, TITLE_MAX } from './schema.ts';

/** A report with the server's data. */
export interface Report extends Omit<ReportBody, 'links'> {
  /** The client program. */
  device: string | null;
  links: { entity: string; id: string }[];
  /** Set by the demonstration only; otherwise the server's clock. */
  reportedAt?: Date;
  demo?: boolean;
}

type Reporter = Caller & { account: Account };

const LINKED = 'The violation is a hazard already; open it from the violation.';

const BEFORE = { begun: null, transitions: null };

/** A stored report, with its new case; null where it existed already. */
export interface Taken {
  row: HazardRow;
  begun: WorkflowCase | null;
  /** The reporter's possible steps, where known. */
  transitions: WorkflowTransition[] | null;
}

/**
 * Stores a report. The only way to start a case: there is no import.
 *
 * @param answer builds the response, in the same transaction.
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
  // Before the transaction, which must not wait for a number; a repetition wastes one.
  const no = await parts.numbers.next(reporter.tenant, reportedAt);
  try {
    return await parts.units.run(reporter, async (unit) => {
      const [found, prepared] = await Promise.all([
        lookUp(unit, report),
        parts.workflows.prepare(unit, {
          definition: HAZARD,
          belonging: { site: report.site, department: null, users: [reporter.account.id] },
          parts: { reporter: [reporter.account.id] },
        }),
      ]);
      const again = found.there && (await known(unit));
      if (again) return answer(unit, { row: ownReport(again, reporter), ...BEFORE });
      return answer(
        unit,
        await write(parts, unit, reporter, report, { reportedAt, no, found, prepared }),
      );
    });
  } catch (error) {
    // A concurrent duplicate was faster, including its links.
    return parts.units.run(reporter, async (unit) => {
      const other = await known(unit);
      if (!other) throw error;
      return answer(unit, { row: ownReport(other, reporter), ...BEFORE });
    });
  }
}

/** An id used by another reporter reveals nothing about it. */
function ownReport(row: HazardRow, { account }: Reporter): HazardRow {
  if (row.reporterId !== account.id) throw new Problem('hazard.exists');
  return row;
}

async function write(
  parts: HazardParts,
  unit: Unit,
  { tenant, account }: Reporter,
  report: Report,
  { reportedAt, no, found, prepared }: Looked,
): Promise<Taken> {
  const { typeName } = found;
  if (!typeName) throw new Problem('hazard.type-unknown');
  const place = placeOf(report, found);
  if (report.equipmentId) await checkEquipment(unit, report.equipmentId);
  if (report.violationId) await checkViolation(unit, account, report.violationId);
  const files = await parts.files.attach(unit, report.fileIds, {
    entity: HAZARD,
    id: report.id,
    role: 'report',
  });
  checkMedia(report, files);
  const title = report.title || firstLine(report.description) || typeName.zh;
  const { assigneeNames, transitions, ...begun } = await prepared.begin({
    subject: { entity: HAZARD, id: report.id },
    title: { zh: `${no} ${title}`, en: `${no} ${title}` },
    link: `/hazards/${report.id}`,
    recordIsNew: true,
  });
  const times = compareTimes(new Date(report.foundAt), reportedAt);
  const row = {
    tenant_id: tenant,
    id: report.id,
    no,
    title,
    description: report.description,
    type: report.type,
    suggested_level: report.suggestedLevel,
    source: report.source,
    device: report.device?.slice(0, 200),
    site: report.site,
    area_id: place.areaId,
    floor_plan: place.floorPlan,
    x: place.position?.[0],
    y: place.position?.[1],
    found_at: times.happenedAt,
    reported_at: reportedAt,
    late: times.late,
    reporter_id: account.id,
    reporter_name: account.displayName,
    ...caseRow(begun),
    demo: report.demo ?? false,
    details: {},
  };
  unit.later(
    ...insertsOf([
      { table: 'hazard', rows: [row] },
      {
        table: 'hazard_party',
        rows: [{ tenant_id: tenant, hazard_id: report.id, user_id: account.id }],
      },
      { table: 'hazard_file', rows: fileRows(tenant, report.id, 'report', begun.version, files) },
    ]),
  );
  const linked = await keepLinks(unit, report);
  const findings = await examine(
    parts,
    unit,
    files,
    {
      hazardId: report.id,
      no,
      assignees: begun.assignees,
      stage: 'report',
      foundAt: times.happenedAt,
      assignedAt: null,
      site: report.site,
    },
    times.clockAhead ? [clockAhead(report.foundAt)] : [],
  );
  // A new report without links needs no second read.
  const isPlain = files.length === 0 && findings.length === 0 && !linked;
  const written: HazardRow = isPlain
    ? {
        id: report.id,
        no,
        title,
        description: report.description,
        type: report.type,
        level: null,
        suggestedLevel: report.suggestedLevel,
        source: report.source,
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
        departmentId: null,
        ...caseColumns(begun),
        assignedAt: null,
        outcome: null,
        cost: null,
        details: {},
        typeName,
        areaName: place.areaName,
        departmentName: null,
        assigneeNames,
        files: [],
        links: [],
        findings: [],
        parties: [account.id],
      }
    : await readBack(unit, report.id);
  // The reporter is stored in the actor column only, not in the change data.
  await unit.audit({
    action: 'create',
    entity: HAZARD,
    id: report.id,
    after: { ...factsOf(written), late: written.late, files: report.fileIds.length },
  });
  await unit.emit({ entity: HAZARD, what: 'reported', subject: report.id, data: factsOf(written) });
  parts.events.pushAfter(unit, 'reported', written);
  return { row: written, begun, transitions };
}

/** Lookups before a report is written. */
interface Looked {
  reportedAt: Date;
  no: string;
  found: Found;
  prepared: PreparedStart;
}

async function readBack(unit: Unit, id: string): Promise<HazardRow> {
  await unit.flush();
  const row = await findHazard(unit.tx, id);
  if (!row) throw new Error('the hazard that was written is not there');
  return row;
}

interface Found extends Ground {
  /** Whether a hazard has the id already. */
  there: boolean;
  /** Name of the type, where it is active. */
  typeName: { zh: string; en: string } | null;
}

/** Lookups of everything named in the report, in one query. */
async function lookUp({ tx }: Unit, report: Report): Promise<Found> {
  const [found] = await sqlIn(tx)<Found>(Prisma.sql`
    SELECT EXISTS (SELECT FROM hazard WHERE id = ${report.id}) AS there,
           (SELECT name FROM hazard_type WHERE id = ${report.type} AND active) AS "typeName",
           ${groundOf(report)}`);
  return found!;
}

async function checkEquipment(unit: Unit, id: string): Promise<void> {
  const found = await unit.tx.equipment.findFirst({ where: { id }, select: { id: true } });
  if (!found) throw new Problem('hazard.place-unknown', `There is no machine "${id}".`);
}

/** Only a confirmed violation visible to the reporter can be linked. */
async function checkViolation(unit: Unit, account: Account, id: string): Promise<void> {
  const found = account.permissions.has('violation:read')
    ? await findWithin(unit.tx, asReader(account), id)
    : null;
  if (!found) throw new Problem('violation.unknown');
  if (found.status !== 'confirmed') throw new Problem('violation.not-confirmed');
}

/** Text is enough; without it, a photo or video is required. */
function checkMedia(report: Report, files: StoredFile[]): void {
  if (report.description || report.title || report.links.length > 0) return;
  if (!files.some(({ kind }) => kind === 'photo' || kind === 'video')) {
    throw new Problem('hazard.needs-media');
  }
}

/** Truncates between characters, not within a surrogate pair. */
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

/** Stores the file kinds, so that lists need no other table. */
const fileRows = (
  tenant: string,
  hazardId: string,
  role: 'report' | 'rectification' | 'other',
  version: number,
  files: StoredFile[],
): Record<string, unknown>[] =>
  files.map((file) => ({
    tenant_id: tenant,
    hazard_id: hazardId,
    file_id: file.id,
    role,
    kind: file.kind,
    name: file.name,
    width: file.width,
    height: file.height,
    taken_at: file.takenAt,
    version,
  }));

/** Stores the files of a later step. */
export async function keepFiles(
  unit: Unit,
  hazardId: string,
  role: 'report' | 'rectification' | 'other',
  version: number,
  files: StoredFile[],
): Promise<void> {
  const rows = fileRows(unit.caller.tenant, hazardId, role, version, files);
  await insertAll(unit.tx, [{ table: 'hazard_file', rows }]);
}

/** @returns whether there are any. */
async function keepLinks(unit: Unit, report: Report): Promise<boolean> {
  const links = new Map<string, { entity: string; entityId: string }>();
  const add = (entity: string, entityId: string | undefined) => {
    if (entityId) links.set(`${entity}:${entityId}`, { entity, entityId });
  };
  for (const { entity, id } of report.links) add(entity, id);
  add('equipment', report.equipmentId);
  add('violation', report.violationId);
  if (links.size === 0) return false;
  const key = { tenantId: unit.caller.tenant, hazardId: report.id };
  try {
    await unit.tx.hazardLink.createMany({
      data: [...links.values()].map((link) => ({ ...key, ...link })),
    });
    return true;
  } catch (error) {
    // A violation becomes one hazard; a concurrent request was faster.
    if (isRefusedByDatabase(error)) throw new Problem('hazard.exists', LINKED);
    throw error;
  }
}
