import { auditEntityOf } from '../audit/words.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import { fieldError } from '../http/field-errors.ts';
import { actorOf, by, type EngineCore, lockAt } from './core.ts';
import type { WorkflowCase, Workflows } from './engine-types.ts';
import { publicUsers } from './external-view.ts';
import { stateOf } from './machine.ts';
import { notifyOfState } from './notify.ts';
import type { Assignment } from './recipients.ts';
import * as rows from './repository.ts';

/** See {@link Workflows.reassign}. */
export async function reassign(
  core: EngineCore,
  unit: Unit,
  request: Parameters<Workflows['reassign']>[1],
): Promise<WorkflowCase> {
  const { account } = unit.caller;
  const row = await lockAt(unit, request.case, request.version);
  if (row.closedAt) throw new Problem('workflow.transition', 'The case is closed.');
  const actor = account && (await actorOf(unit, account, row));
  if (actor && actor.reach(request.permission) !== 'within') {
    const message = `It needs the permission ${request.permission} for this record.`;
    throw new Problem('workflow.out-of-reach', message);
  }
  const to = [...new Set(request.to)];
  const active = await rows.activeUsers(unit.tx, to);
  const gone = to.filter((id) => !active.includes(id));
  if (to.length === 0 || gone.length > 0) {
    const fault = gone.length
      ? fieldError(
          'to',
          `不是在用账号：${gone.join('、')}。`,
          `No active account: ${gone.join(', ')}.`,
        )
      : fieldError('to', '至少指定一人。', 'Name at least one person.');
    throw new Problem('workflow.incomplete', fault.message, { errors: [fault] });
  }
  return handOver(core, unit, row, { assignees: active, rule: null }, request.note);
}

/** Reassigns the case, as a step of the history; state and time limit stay. */
export async function handOver(
  core: EngineCore,
  unit: Unit,
  row: rows.CaseRow,
  { assignees, rule }: Assignment,
  note: string | null,
): Promise<WorkflowCase> {
  const { tx, caller } = unit;
  const { tenant } = caller;
  const version = row.version + 1;
  await tx.workflowCase.updateMany({
    where: { id: row.id, version: row.version },
    data: { version, assignees, assignedByRule: rule },
  });
  await rows.addStep(tx, {
    tenantId: tenant,
    caseId: row.id,
    version,
    kind: 'reassigned',
    ...by(unit),
    from: row.state,
    to: row.state,
    at: core.parts.now(),
    fields: {},
    files: [],
    note,
    assignees,
    dueAt: row.dueAt,
  });
  await unit.audit({
    action: 'workflow-reassign',
    entity: auditEntityOf(row.entity),
    id: row.entityId,
    before: { assignees: row.assignees },
    after: { assignees },
    reason: note,
  });
  await unit.emit({
    entity: row.entity,
    what: 'reassigned',
    subject: row.entityId,
    data: { case: row.id, version, state: row.state, assignees: publicUsers(row, assignees) },
  });
  const found = await rows.readCase(tx, row.id);
  const fresh = assignees.filter((id) => !row.assignees.includes(id));
  if (fresh.length > 0) {
    const { definition } = await core.definitions.at(
      tx,
      tenant,
      row.definitionId,
      row.definitionVersion,
    );
    // Only the assignees changed: the state's recipients were notified before.
    const state = stateOf(definition, row.state);
    await notifyOfState(unit, core, { ...found, assignees: fresh }, state, {
      listed: [],
      from: row.state,
    });
  }
  const { department, state } = row;
  const before = { assignees: row.assignees, department, state };
  await core.notifyListeners(unit, found, 'reassigned', before);
  return found;
}
