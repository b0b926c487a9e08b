import { Prisma } from '../../generated/prisma/client.ts';
import { auditEntityOf } from '../audit/words.ts';
import { insertAll, insertsOf } from '../db/bulk.ts';
import { sqlIn } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import { actorWith, type EngineCore } from './core.ts';
import type { StoredDefinition } from './definitions.ts';
import type {
  NewCase,
  NewCaseRecord,
  PreparedStart,
  StartedCase,
  WorkflowCase,
} from './engine-types.ts';
import { announce, entering, placeOf, reminderRows } from './enter.ts';
import { begin, initialOf, possible } from './machine.ts';
import { type Assigned, assignAndList } from './recipients.ts';

type Options = NewCase & NewCaseRecord;

/** The results of a start's queries. */
interface Ready {
  stored: StoredDefinition;
  /** The JSON of the tenant's calendar; null for the default. */
  calendar: string | null;
  assigned: Assigned;
  /** All accounts of the human who starts the case. */
  accounts: string[];
}

/** See {@link Workflows.prepare}. */
export async function prepareStart(
  core: EngineCore,
  unit: Unit,
  about: NewCase,
): Promise<PreparedStart> {
  const { tenant } = unit.caller;
  const look = (stored: StoredDefinition) =>
    assignAndList(
      unit.tx,
      stored.definition,
      caseOf(unit, stored, about),
      placeOf(about.belonging),
    );
  // The definition seldom changes: assignees are resolved with the last known version, in the same
  // query that checks whether it is still the newest.
  const guess = core.definitions.guess(tenant, about.definition);
  const [known, early] = await Promise.all([
    readStart(unit, about.definition),
    guess ? look(guess) : null,
  ]);
  const stored = await core.definitions.newest(unit.tx, tenant, about.definition, known.version);
  const isRight = early !== null && guess?.version === stored.version;
  const { calendar, accounts } = known;
  const ready: Ready = {
    stored,
    calendar,
    accounts,
    assigned: isRight ? early : await look(stored),
  };
  return { begin: (record) => startCase(core, unit, { ...about, ...record }, ready) };
}

const caseOf = ({ caller }: Unit, { definition }: StoredDefinition, { parts }: NewCase) =>
  begin(definition, { ...parts, starter: caller.account ? [caller.account.id] : [] });

async function startCase(
  core: EngineCore,
  unit: Unit,
  options: Options,
  { stored, assigned, accounts, calendar }: Ready,
): Promise<StartedCase> {
  const { caller } = unit;
  const { subject } = options;
  const { tenant: tenantId } = caller;
  const { definition } = stored;
  const at = caseOf(unit, stored, options);
  const state = initialOf(definition);
  const place = placeOf(options.belonging);
  const enteredAt = core.parts.now();
  const limit = { enteredAt, dueAt: options.dueAt };
  const entered = entering(state, assigned, limit, core.calendarFrom(calendar));
  const { dueAt, assignment } = entered;
  const { assignees, rule } = assignment;
  const id = newId();
  const { played } = at;
  const parts = at.parts as Record<string, string[]>;
  const row = {
    tenant_id: tenantId,
    id,
    definition_id: definition.id,
    definition_version: stored.version,
    version: 1,
    ...place,
    parts,
    played,
    entity: subject.entity,
    entity_id: subject.id,
    state: state.id,
    assignees,
    entered_at: enteredAt,
    opened_at: enteredAt,
    due_at: dueAt,
    assigned_by_rule: rule,
    title: options.title,
    link: options.link,
  };
  const step = {
    tenant_id: tenantId,
    case_id: id,
    version: 1,
    kind: 'started',
    to_state: state.id,
    by_user: caller.account?.id,
    by_name: caller.account?.displayName,
    at: enteredAt,
    fields: {},
    files: [],
    assignees,
    due_at: dueAt,
  };
  const reminders = reminderRows(unit, { id, version: 1, entered });
  await write(unit, options, { row, step, reminders });
  await unit.audit({
    action: 'workflow-start',
    entity: auditEntityOf(subject.entity),
    id: subject.id,
    after: { state: state.id, assignees, dueAt, workflow: stored.version },
  });
  const found: WorkflowCase = {
    id,
    definition: { id: definition.id, version: stored.version },
    subject,
    version: 1,
    state: state.id,
    enteredAt,
    dueAt,
    overdueAt: null,
    assignees,
    parts,
    ...place,
    openedAt: enteredAt,
    closedAt: null,
    title: options.title,
    link: options.link,
  };
  const first = options.recordIsNew ?? false;
  await announce(core, unit, found, { state, entered, first }, 'started');
  const { account } = caller;
  const transitions = account
    ? possible(definition, { ...at, assignees }, actorWith(account, { ...found, parts }, accounts))
    : [];
  return { ...found, assigneeNames: assigned.names, transitions };
}

/** The case, its first step and its reminders; none of them where the record has an open case. */
async function write(
  unit: Unit,
  { recordIsNew }: Options,
  rows: { row: object; step: object; reminders: object[] },
): Promise<void> {
  const inserts = [
    { table: 'workflow_case', rows: [{ ...rows.row }] },
    { table: 'workflow_step', rows: [{ ...rows.step }] },
    { table: 'workflow_reminder', rows: rows.reminders as Record<string, unknown>[] },
  ] as const;
  if (recordIsNew) {
    unit.later(...insertsOf(inserts));
    return;
  }
  const [first, ...rest] = inserts;
  const written = await insertAll(unit.tx, [
    { ...first, skipDuplicates: true },
    ...rest.map((one) => ({ ...one, ifWritten: 'workflow_case' })),
  ]);
  if (written.workflow_case === 0) throw new Problem('workflow.already-open');
}

interface Known {
  version: number | null;
  calendar: string | null;
  accounts: string[];
}

/** The first inputs of a start, in one query. */
async function readStart({ tx, caller: { account } }: Unit, definition: string): Promise<Known> {
  const person = account?.person ?? null;
  const [row] = await sqlIn(tx)<Known>(Prisma.sql`
    SELECT (SELECT max(version) FROM workflow_definition WHERE id = ${definition}) AS version,
           (SELECT calendar::text FROM working_calendar) AS calendar,
           ARRAY(SELECT id::text FROM app_user WHERE person_id = ${person}) AS accounts`);
  const { version = null, calendar = null, accounts = [] } = row ?? {};
  return {
    version,
    calendar,
    accounts: [...new Set([...(account ? [account.id] : []), ...accounts])],
  };
}
