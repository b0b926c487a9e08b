import { ulid } from 'ulid';
import { Prisma } from '../../generated/prisma/client.ts';
import { insertAll } from '../bulk.ts';
import type { Calendar } from '../calendar/calendar.ts';
import { sqlIn, type Transaction } from '../database.ts';
import { Problem } from '../errors.ts';
import type { Unit } from '../unit-of-work.ts';
import type { EngineCore } from './core.ts';
import type { WorkflowCase, Workflows } from './engine-types.ts';
import { enter, placeOf, reminderRows, tell } from './enter.ts';
import { begin, initialOf } from './machine.ts';

/** See {@link Workflows.start}. */
export async function startCase(
  core: EngineCore,
  unit: Unit,
  options: Parameters<Workflows['start']>[1],
): Promise<WorkflowCase> {
  const { tx, caller } = unit;
  const { subject } = options;
  const { tenant: tenantId } = caller;
  const known = await readStart(core, tx, options.definition);
  const stored = await core.definitions.newest(tx, tenantId, options.definition, known.version);
  const { definition } = stored;
  const starter = caller.account ? [caller.account.id] : [];
  const at = begin(definition, { ...options.parts, starter });
  const state = initialOf(definition);
  const place = placeOf(options.belonging);
  const enteredAt = core.parts.now();
  const limit = { enteredAt, dueAt: options.dueAt, calendar: known.calendar };
  const entered = await enter(core, unit, { definition, state, at, place }, limit);
  const { dueAt, assignment } = entered;
  const { assignees, rule } = assignment;
  const id = ulid();
  const { played } = at;
  const parts = at.parts as Record<string, string[]>;
  const written = await insertAll(tx, [
    {
      table: 'workflow_case',
      skipDuplicates: true,
      rows: [
        {
          ...{ tenant_id: tenantId, id, definition_id: definition.id },
          ...{ definition_version: stored.version, version: 1, ...place, parts, played },
          ...{ entity: subject.entity, entity_id: subject.id, state: state.id, assignees },
          ...{ entered_at: enteredAt, opened_at: enteredAt, due_at: dueAt, assigned_by_rule: rule },
          ...{ title: options.title, link: options.link },
        },
      ],
    },
    {
      table: 'workflow_step',
      ifWritten: 'workflow_case',
      rows: [
        {
          ...{ tenant_id: tenantId, case_id: id, version: 1, kind: 'started', to_state: state.id },
          ...{ by_user: caller.account?.id, by_name: caller.account?.displayName, at: enteredAt },
          ...{ fields: {}, files: [], assignees, due_at: dueAt },
        },
      ],
    },
    {
      table: 'workflow_reminder',
      ifWritten: 'workflow_case',
      rows: reminderRows(unit, { id, version: 1, entered }),
    },
  ]);
  if (written.workflow_case === 0) throw new Problem('workflow.already-open');
  await unit.audit({
    action: 'workflow-start',
    entity: subject.entity,
    id: subject.id,
    after: { state: state.id, assignees, dueAt, workflow: stored.version },
  });
  const found: WorkflowCase = {
    ...{ id, definition: { id: definition.id, version: stored.version }, subject, version: 1 },
    ...{ state: state.id, enteredAt, dueAt, overdueAt: null, assignees, parts, ...place },
    ...{ openedAt: enteredAt, closedAt: null, title: options.title, link: options.link },
  };
  await tell(core, unit, found, { state, entered }, 'started');
  return found;
}

/** What a start needs to know first, in one look. */
async function readStart(
  core: EngineCore,
  tx: Transaction,
  definition: string,
): Promise<{ version: number | null; calendar: Calendar }> {
  const [row] = await sqlIn(tx)<{ version: number | null; calendar: unknown }>(Prisma.sql`
    SELECT (SELECT max(version) FROM workflow_definition WHERE id = ${definition}) AS version,
           (SELECT calendar FROM working_calendar) AS calendar`);
  return { version: row?.version ?? null, calendar: core.calendarFrom(row?.calendar ?? null) };
}
