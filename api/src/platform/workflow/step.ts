import { auditEntityOf } from '../audit/words.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import { untranslated } from '../http/field-errors.ts';
import { actorOf, by, conflict, type EngineCore, lockAt } from './core.ts';
import type { WorkflowCase, Workflows } from './engine-types.ts';
import { type Entered, enter, placeOf, settle } from './enter.ts';
import { publicUsers } from './external-view.ts';
import { type Fault, type Fired, fire, type SubmittedFile } from './machine.ts';
import type { Place } from './recipients.ts';
import * as rows from './repository.ts';

type FireRequest = Parameters<Workflows['fire']>[1];

/** See {@link Workflows.fire}. */
export async function fireStep(
  core: EngineCore,
  unit: Unit,
  request: FireRequest,
): Promise<WorkflowCase> {
  const { tx, caller } = unit;
  const row = await lockAt(unit, request.case, request.version);
  const stored = await core.definitions.at(
    tx,
    caller.tenant,
    row.definitionId,
    row.definitionVersion,
  );
  const { definition } = stored;
  const steps = await rows.findSteps(tx, row.id);
  const used = new Set(steps.flatMap(({ files }) => files));
  const named = Object.values(request.fields).filter((value) => typeof value === 'string');
  const fired = fire(
    definition,
    rows.asMachineCase(row, steps),
    {
      transition: request.transition,
      version: request.version,
      fields: request.fields,
      files: await submittedFiles(core, unit, row, request.files, used),
    },
    caller.account ? await actorOf(unit, caller.account, row) : null,
    await rows.knownValues(tx, named),
  );
  if (!fired.ok) throw refusal(fired.faults, row);

  const { next, state } = fired;
  const place = placeOf(request.belonging ?? {}, row);
  const enteredAt = core.parts.now();
  // "assignee" in an assignment rule means the assignees of the previous state.
  const at = { ...next, assignees: row.assignees };
  const limit = { enteredAt, dueAt: request.dueAt };
  const entered = await enter(core, unit, { definition, state, at, place }, limit);
  await rows.dropReminders(tx, row.id, enteredAt);
  await write(unit, row, request, fired, { entered, place, enteredAt });
  await record(unit, row, request, fired, { entered, place, enteredAt });
  const { id, assignees, department } = row;
  const before = { assignees, department, state: row.state };
  return settle(core, unit, { id, version: next.version, state, entered, before }, 'moved');
}

interface Moved {
  entered: Entered;
  place: Place;
  enteredAt: Date;
}
type Success = Extract<Fired, { ok: true }>;

async function submittedFiles(
  core: EngineCore,
  { tx }: Unit,
  row: rows.CaseRow,
  files: string[],
  used: ReadonlySet<string>,
): Promise<SubmittedFile[]> {
  if (files.length === 0) return [];
  const attached = await core.parts.files.of(tx, row.entity, row.entityId);
  const kinds = new Map(attached.map(({ id, kind }) => [id, kind]));
  return files.map((id) => ({ id, kind: kinds.get(id) ?? null, used: used.has(id) }));
}

/** The current case, and the step in its history. */
async function write(
  unit: Unit,
  row: rows.CaseRow,
  request: FireRequest,
  { next, state, transition }: Success,
  { entered, place, enteredAt }: Moved,
): Promise<void> {
  const { tx, caller } = unit;
  const { dueAt } = entered;
  const { assignees, rule } = entered.assignment;
  await tx.workflowCase.updateMany({
    where: { id: row.id, version: row.version },
    data: {
      state: state.id,
      version: next.version,
      enteredAt,
      dueAt,
      overdueAt: null,
      assignees,
      assignedByRule: rule,
      closedAt: next.closed ? enteredAt : null,
      ...place,
      parts: next.parts as Record<string, string[]>,
      played: next.played as Record<string, string[]>,
    },
  });
  await rows.addStep(tx, {
    tenantId: caller.tenant,
    caseId: row.id,
    version: next.version,
    kind: 'transition',
    transition: transition.id,
    from: row.state,
    to: state.id,
    ...by(unit),
    at: enteredAt,
    fields: request.fields as Record<string, string | number | null>,
    files: request.files,
    note: request.note,
    assignees,
    dueAt,
  });
}

/** The audit line, and the published event. */
async function record(
  unit: Unit,
  row: rows.CaseRow,
  request: FireRequest,
  { next, state, transition }: Success,
  { entered, place, enteredAt }: Moved,
): Promise<void> {
  const { dueAt } = entered;
  const { assignees } = entered.assignment;
  const { fields, files } = request;
  await unit.audit({
    action: 'workflow-step',
    entity: auditEntityOf(row.entity),
    id: row.entityId,
    before: { state: row.state, assignees: row.assignees, dueAt: row.dueAt, ...placeOf(row) },
    after: {
      state: state.id,
      assignees,
      dueAt,
      ...place,
      transition: transition.id,
      fields,
      files,
    },
    reason: request.note,
  });
  await unit.emit({
    entity: row.entity,
    what: transition.id,
    subject: row.entityId,
    data: {
      case: row.id,
      workflow: { id: row.definitionId, version: row.definitionVersion },
      version: next.version,
      from: row.state,
      to: state.id,
      by: publicUsers(row, unit.caller.account ? [unit.caller.account.id] : [])[0] ?? null,
      at: enteredAt.toISOString(),
      assignees: publicUsers(row, assignees),
      dueAt: dueAt?.toISOString() ?? null,
      closed: next.closed,
      ...place,
    },
  });
}

function refusal(faults: Fault[], row: rows.CaseRow): Problem {
  const [first] = faults as [Fault];
  switch (first.code) {
    case 'version':
      return conflict(row);
    case 'closed':
    case 'transition':
      return new Problem('workflow.transition', first.message, { current: rows.showCase(row) });
    case 'forbidden':
      return new Problem('auth.forbidden', first.message);
    case 'outside':
      return new Problem('workflow.out-of-reach', first.message);
    case 'not-yours':
      return new Problem('workflow.not-yours', first.message);
    case 'separation':
      return new Problem('workflow.separation', first.message);
    case 'incomplete': {
      const errors = faults.map(({ field = '', message, text }) =>
        text ? { field, message, text } : untranslated(field, message),
      );
      const detail = errors.map(({ message }) => message).join(' ');
      return new Problem('workflow.incomplete', detail, { errors });
    }
  }
}
