import { DateTime } from 'luxon';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { StoredFile } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { WorkflowCase } from '../../platform/workflow/engine-types.ts';
import { fireAction } from '../../platform/workflow/record.ts';
import type { ActionBody } from '../../platform/workflow/record-schema.ts';
import { factsOf } from './events.ts';
import { HAZARD, meanings } from './flow.ts';
import { addParties } from './follow.ts';
import { examine } from './forgery.ts';
import type { HazardParts } from './parts.ts';
import { keepFiles } from './report.ts';
import { findRoute } from './routing.ts';
import { findHazard, type HazardRow } from './rows.ts';

/**
 * Does a workflow step of a hazard. The workflow decides who may; this adds the step's effects on
 * the record: department, deadline, evidence, cost.
 *
 * @param row as visible to the account.
 * @throws Problem `workflow.*`, `file.*`, `hazard.*`
 */
export async function takeStep(
  parts: HazardParts,
  unit: Unit,
  row: HazardRow,
  action: ActionBody,
): Promise<HazardRow> {
  const { transition } = action;
  const { account } = unit.caller as Caller & { account: Account };
  const files = await attach(parts, unit, row, action);
  const level = meanings.level[transition as keyof typeof meanings.level] ?? null;
  const sent =
    level === null && transition !== 'reassign'
      ? { department: undefined, fields: await withRectifier(parts, unit, row, action) }
      : await dispatch(unit, row, action, level ?? row.level ?? row.suggestedLevel);
  const dueAt = timeLimit(parts.timeZone, row, action);
  const { department, fields } = sent;
  const { site, parties } = row;
  const found = await fireAction(
    parts.workflows,
    unit,
    row,
    { ...action, fields },
    {
      ...(department === undefined ? {} : { belonging: { site, department, users: parties } }),
      ...(dueAt ? { dueAt } : {}),
    },
  );
  await record(unit, row, found, {
    transition,
    fields,
    level,
    now: parts.now?.() ?? new Date(),
  });
  if (meanings.handsIn.includes(transition)) await addParties(unit, row.id, [account.id]);
  await keepFiles(unit, row.id, roleOf(transition), found.version, files);
  await examine(parts, unit, files, {
    hazardId: row.id,
    no: row.no,
    assignees: found.assignees,
    stage: meanings.handsIn.includes(transition) ? 'rectification' : 'report',
    foundAt: row.foundAt,
    assignedAt: row.assignedAt,
    site: row.site,
  });
  const now = await findHazard(unit.tx, row.id);
  if (!now) throw new Problem('hazard.unknown');
  if (now.closedAt) {
    const what = now.outcome === 'rejected' ? 'refused' : 'closed';
    await unit.emit({ entity: HAZARD, what, subject: now.id, data: factsOf(now) });
  }
  parts.events.pushAfter(unit, 'moved', now);
  return now;
}

const roleOf = (transition: string) =>
  meanings.handsIn.includes(transition)
    ? ('rectification' as const)
    : transition === 'resubmit'
      ? ('report' as const)
      : ('other' as const);

async function attach(
  parts: HazardParts,
  unit: Unit,
  row: HazardRow,
  { transition, fileIds }: ActionBody,
): Promise<StoredFile[]> {
  if (fileIds.length === 0) return [];
  const to = { entity: HAZARD, id: row.id, role: roleOf(transition) };
  return parts.files.attach(unit, fileIds, to);
}

/**
 * Assigns the case to the user who begins the rectification, unless the step names an assignee: what is
 * not accepted is returned to them.
 */
async function withRectifier(
  { workflows }: HazardParts,
  unit: Unit,
  { details, flowVersion }: HazardRow,
  { transition, fields }: ActionBody,
): Promise<ActionBody['fields']> {
  const account = unit.caller.account;
  if (transition !== 'start' || !account || fields.assignee || details.assignee) return fields;
  // A company may have taken the field out of its own workflow.
  const { transitions } = await workflows.definition(unit.tx, HAZARD, flowVersion);
  const step = transitions.find(({ id }) => id === transition);
  return step?.fields.some(({ id }) => id === 'assignee')
    ? { ...fields, assignee: account.id }
    : fields;
}

/** Where the hazard goes: as the reviewer says, else by the routing table. */
async function dispatch(
  unit: Unit,
  row: HazardRow,
  { fields }: ActionBody,
  level: string,
): Promise<{ department: string | null; fields: ActionBody['fields'] }> {
  if (typeof fields.department === 'string' && fields.department !== '') {
    return { department: fields.department, fields };
  }
  const { type, areaId } = row;
  const route = await findRoute(unit.tx, { type, level, areaId });
  const department = route.department?.id ?? null;
  return {
    department,
    fields: {
      ...fields,
      ...(department ? { department } : {}),
      // A rule never assigns the reporter: separation of duties would then leave it unreviewed.
      ...(!fields.assignee && route.assignee && route.assignee !== row.reporterId
        ? { assignee: route.assignee }
        : {}),
    },
  };
}

/**
 * End of the day set by a reviewer or a plan, in the plant's time zone; valid from the step that
 * starts the rectification.
 */
function timeLimit(timeZone: string, row: HazardRow, action: ActionBody): Date | null {
  const said = action.fields['due-by'];
  if (typeof said === 'string' && said !== '') {
    const limit = endOfDay(said, timeZone);
    const days = limit.diffNow('days').days;
    if (!limit.isValid || days < 0 || days > 366) throw new Problem('hazard.due-date');
  }
  if (action.transition !== 'start' && action.transition !== 'report-regulator') return null;
  const planned = row.details['due-by'];
  if (typeof planned !== 'string' || planned === '') return null;
  const limit = endOfDay(planned, timeZone);
  return limit.isValid && limit.diffNow().milliseconds > 0 ? limit.toJSDate() : null;
}

const endOfDay = (date: string, zone: string) => DateTime.fromISO(date, { zone }).endOf('day');

/** The step's fields that are stored in the hazard, so that one read shows plan and reports. */
async function record(
  unit: Unit,
  row: HazardRow,
  found: WorkflowCase,
  step: { transition: string; fields: ActionBody['fields']; level: string | null; now: Date },
): Promise<void> {
  const { now } = step;
  const { cost, ...fields } = step.fields;
  const filled = Object.entries(fields).filter(([, value]) => value !== null && value !== '');
  const details = { ...row.details, ...Object.fromEntries(filled) };
  const rectifies = found.state === 'rectifying' || found.state === 'rectifying-major';
  const fresh = step.transition === 'report-regulator';
  const before = await unit.tx.hazard.findFirst({
    where: { id: row.id },
    select: { rectifyDueAt: true },
  });
  await unit.tx.hazard.updateMany({
    where: { id: row.id },
    data: {
      details: details as Prisma.InputJsonObject,
      ...(step.level ? { level: step.level, assignedAt: now } : {}),
      ...(step.transition === 'reassign' ? { assignedAt: now } : {}),
      ...(typeof cost === 'number' ? { cost } : {}),
      // The first deadline counts for punctuality, also after being sent back.
      ...(rectifies && (fresh || !before?.rectifyDueAt) ? { rectifyDueAt: found.dueAt } : {}),
      ...(meanings.handsIn.includes(step.transition) ? { rectifiedAt: now } : {}),
    },
  });
}
