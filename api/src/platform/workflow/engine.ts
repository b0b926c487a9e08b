import { ulid } from 'ulid';
import type { Account } from '../account.ts';
import { type Calendar, createCalendar } from '../calendar/calendar.ts';
import { readCalendar } from '../calendar/repository.ts';
import type { Transaction } from '../database.ts';
import { Problem } from '../errors.ts';
import type { Files } from '../files/types.ts';
import type { Notices } from '../notices/types.ts';
import { isWithin, reachOf } from '../scope.ts';
import type { Unit } from '../unit-of-work.ts';
import { dueAtOf, planReminders } from './deadlines.ts';
import type { WorkflowDefinition, WorkflowState } from './definition.ts';
import { createDefinitionStore, type DefinitionStore } from './definitions.ts';
import type { CaseChange, CaseListener, WorkflowCase, Workflows } from './engine-types.ts';
import {
  type Actor,
  begin,
  type Fault,
  fire,
  initialOf,
  type MachineCase,
  refusalOf,
  stateOf,
} from './machine.ts';
import { type Assignment, assign, type Place } from './recipients.ts';
import * as rows from './repository.ts';
import { tellOfState } from './telling.ts';

export interface EngineParts {
  files: Pick<Files, 'of'>;
  notices: Notices;
  /** Of the installation (ANSHI_TIME_ZONE), for tenants whose calendar names none. */
  timeZone: string;
  now?: () => Date;
}

/** What the reminder job and the editor need besides what modules see. */
export interface WorkflowEngine extends Workflows {
  readonly definitions: DefinitionStore;
  readonly parts: Required<EngineParts>;
  calendarOf(tx: Transaction): Promise<Calendar>;
  /** Gives the turn by the state's rules, or to the people named, as a step of the history. */
  handOver(
    unit: Unit,
    row: rows.CaseRow,
    to: Assignment,
    note: string | null,
  ): Promise<WorkflowCase>;
  tell(unit: Unit, found: WorkflowCase, change: CaseChange): Promise<void>;
}

/** The one engine that moves every closed loop; see engine-types.ts for what it promises. */
export function createWorkflows(given: EngineParts): WorkflowEngine {
  const parts = { now: () => new Date(), ...given };
  const definitions = createDefinitionStore();
  const listeners = new Map<string, CaseListener[]>();

  const calendarOf = async (tx: Transaction) =>
    createCalendar((await readCalendar(tx)).calendar, parts.timeZone);

  async function tell(unit: Unit, found: WorkflowCase, change: CaseChange): Promise<void> {
    for (const listener of listeners.get(found.subject.entity) ?? []) {
      await listener(unit, found, change);
    }
  }

  /** What entering a state brings with it: whose turn it is, until when, and its reminders. */
  async function enter(
    unit: Unit,
    definition: WorkflowDefinition,
    state: WorkflowState,
    at: MachineCase,
    place: Place,
    limit: { enteredAt: Date; dueAt: Date | null | undefined },
  ) {
    const calendar = await calendarOf(unit.tx);
    const dueAt =
      at.closed || state.kind === 'final'
        ? null
        : limit.dueAt === undefined
          ? dueAtOf(state, limit.enteredAt, calendar)
          : limit.dueAt;
    const assignment: Assignment = at.closed
      ? { assignees: [], rule: null }
      : await assign(unit.tx, definition, at, place);
    const reminders = planReminders(state, limit.enteredAt, dueAt);
    return { calendar, dueAt, assignment, reminders };
  }

  async function writeReminders(
    unit: Unit,
    caseId: string,
    caseVersion: number,
    reminders: { position: number; at: Date }[],
  ): Promise<void> {
    if (reminders.length === 0) return;
    const key = { tenantId: unit.caller.tenant, caseId, caseVersion };
    await unit.tx.workflowReminder.createMany({
      data: reminders.map((one) => ({ ...key, ...one })),
    });
  }

  async function actorOf(unit: Unit, account: Account, row: rows.CaseRow): Promise<Actor> {
    const users = [
      ...row.assignees,
      ...Object.values(row.parts as Record<string, string[]>).flat(),
    ];
    const record = { site: row.site, department: row.department, users };
    return {
      id: account.id,
      accounts: await rows.accountsOf(unit.tx, account.id, account.person),
      reach(permission) {
        if (!account.permissions.has(permission)) return 'missing';
        return isWithin(account, reachOf(account, permission), record) ? 'within' : 'outside';
      },
    };
  }

  const by = ({ caller: { account } }: Unit) => ({
    byUser: account?.id ?? null,
    ...(account ? { byName: account.displayName } : {}),
  });

  async function lockAt(unit: Unit, id: string, version: number): Promise<rows.CaseRow> {
    const row = await rows.lockCase(unit.tx, id);
    if (!row) throw new Problem('workflow.case-unknown');
    if (row.version !== version) throw conflict(row);
    return row;
  }

  const engine: WorkflowEngine = {
    definitions,
    parts,
    calendarOf,
    tell,
    seed: (definition) => definitions.seed(definition),
    follow(entity, listener) {
      listeners.set(entity, [...(listeners.get(entity) ?? []), listener]);
    },

    async start(unit, options) {
      const { tx, caller } = unit;
      const { subject } = options;
      const stored = await definitions.newest(tx, caller.tenant, options.definition);
      const { definition } = stored;
      const starter = caller.account ? [caller.account.id] : [];
      const at = begin(definition, { ...options.parts, starter });
      const state = initialOf(definition);
      const place = placeOf(options.belonging);
      const enteredAt = parts.now();
      const entered = await enter(unit, definition, state, at, place, {
        enteredAt,
        dueAt: options.dueAt,
      });
      const id = ulid();
      const { dueAt, assignment } = entered;
      const { count } = await tx.workflowCase.createMany({
        data: [
          {
            tenantId: caller.tenant,
            id,
            definitionId: definition.id,
            definitionVersion: stored.version,
            entity: subject.entity,
            entityId: subject.id,
            state: state.id,
            enteredAt,
            openedAt: enteredAt,
            dueAt,
            assignees: assignment.assignees,
            assignedByRule: assignment.rule,
            parts: at.parts as Record<string, string[]>,
            played: at.played as Record<string, string[]>,
            ...place,
            title: options.title,
            link: options.link,
          },
        ],
        skipDuplicates: true,
      });
      if (count === 0) throw new Problem('workflow.already-open');
      await rows.addStep(tx, {
        tenantId: caller.tenant,
        caseId: id,
        version: 1,
        kind: 'started',
        to: state.id,
        ...by(unit),
        at: enteredAt,
        fields: {},
        files: [],
        assignees: assignment.assignees,
        dueAt,
      });
      await writeReminders(unit, id, 1, entered.reminders);
      await unit.audit({
        action: 'workflow-start',
        entity: subject.entity,
        id: subject.id,
        after: {
          state: state.id,
          assignees: assignment.assignees,
          dueAt,
          workflow: stored.version,
        },
      });
      return finish(unit, id, state, entered.calendar.zone, 'started');
    },

    async fire(unit, request) {
      const { tx, caller } = unit;
      const row = await lockAt(unit, request.case, request.version);
      const { tenant, account } = caller;
      const stored = await definitions.at(tx, tenant, row.definitionId, row.definitionVersion);
      const { definition } = stored;
      const steps = await rows.findSteps(tx, row.id);
      const at = rows.asMachineCase(row, steps);
      const used = new Set(steps.flatMap(({ files }) => files));
      const attached =
        request.files.length > 0 ? await parts.files.of(tx, row.entity, row.entityId) : [];
      const kinds = new Map(attached.map(({ id, kind }) => [id, kind]));
      const files = request.files.map((id) => ({
        id,
        kind: kinds.get(id) ?? null,
        used: used.has(id),
      }));
      const named = Object.values(request.fields).filter((value) => typeof value === 'string');
      const fired = fire(
        definition,
        at,
        { transition: request.transition, version: request.version, fields: request.fields, files },
        account ? await actorOf(unit, account, row) : null,
        await rows.knownValues(tx, named),
      );
      if (!fired.ok) throw refusal(fired.faults, row);

      const { next, state, transition } = fired;
      const place = request.belonging ? placeOf(request.belonging, row) : placeOf(row);
      const enteredAt = parts.now();
      // "assignee" in a rule of assignment are those who had the turn before.
      const before = { ...next, assignees: row.assignees };
      const entered = await enter(unit, definition, state, before, place, {
        enteredAt,
        dueAt: request.dueAt,
      });
      const { dueAt, assignment } = entered;
      await rows.dropReminders(tx, row.id, enteredAt);
      await tx.workflowCase.updateMany({
        where: { id: row.id, version: row.version },
        data: {
          state: state.id,
          version: next.version,
          enteredAt,
          dueAt,
          overdueAt: null,
          assignees: assignment.assignees,
          assignedByRule: assignment.rule,
          parts: next.parts as Record<string, string[]>,
          played: next.played as Record<string, string[]>,
          closedAt: next.closed ? enteredAt : null,
          ...place,
        },
      });
      await rows.addStep(tx, {
        tenantId: tenant,
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
        assignees: assignment.assignees,
        dueAt,
      });
      await writeReminders(unit, row.id, next.version, entered.reminders);
      const change = { state: state.id, assignees: assignment.assignees, dueAt, ...place };
      await unit.audit({
        action: 'workflow-step',
        entity: row.entity,
        id: row.entityId,
        before: { state: row.state, assignees: row.assignees, dueAt: row.dueAt, ...placeOf(row) },
        after: {
          ...change,
          transition: transition.id,
          fields: request.fields,
          files: request.files,
        },
        reason: request.note,
      });
      await unit.emit({
        entity: row.entity,
        what: transition.id,
        subject: row.entityId,
        data: {
          case: row.id,
          workflow: { id: definition.id, version: stored.version },
          version: next.version,
          from: row.state,
          to: state.id,
          by: account?.id ?? null,
          at: enteredAt.toISOString(),
          assignees: assignment.assignees,
          dueAt: dueAt?.toISOString() ?? null,
          closed: next.closed,
          ...place,
        },
      });
      return finish(unit, row.id, state, entered.calendar.zone, 'moved');
    },

    async reassign(unit, request) {
      const { account } = unit.caller;
      const row = await lockAt(unit, request.case, request.version);
      if (row.closedAt) throw new Problem('workflow.transition', 'The case is closed.');
      const actor = account && (await actorOf(unit, account, row));
      const reach = actor?.reach(request.permission) ?? 'within';
      if (reach !== 'within') {
        const message = `It needs the permission ${request.permission} for this record.`;
        throw new Problem('workflow.out-of-reach', message);
      }
      const to = [...new Set(request.to)];
      const active = await rows.activeUsers(unit.tx, to);
      const gone = to.filter((id) => !active.includes(id));
      if (to.length === 0 || gone.length > 0) {
        const message = gone.length
          ? `No active account: ${gone.join(', ')}.`
          : 'Name at least one person.';
        throw new Problem('workflow.incomplete', message, { errors: [{ field: 'to', message }] });
      }
      return engine.handOver(unit, row, { assignees: active, rule: null }, request.note);
    },

    async handOver(unit, row, to, note) {
      const { tx, caller } = unit;
      const version = row.version + 1;
      await tx.workflowCase.updateMany({
        where: { id: row.id, version: row.version },
        data: { version, assignees: to.assignees, assignedByRule: to.rule },
      });
      await rows.addStep(tx, {
        tenantId: caller.tenant,
        caseId: row.id,
        version,
        kind: 'reassigned',
        from: row.state,
        to: row.state,
        ...by(unit),
        at: parts.now(),
        fields: {},
        files: [],
        note,
        assignees: to.assignees,
        dueAt: row.dueAt,
      });
      await unit.audit({
        action: 'workflow-reassign',
        entity: row.entity,
        id: row.entityId,
        before: { assignees: row.assignees },
        after: { assignees: to.assignees },
        reason: note,
      });
      await unit.emit({
        entity: row.entity,
        what: 'reassigned',
        subject: row.entityId,
        data: { case: row.id, version, state: row.state, assignees: to.assignees },
      });
      const { definition } = await definitions.at(
        tx,
        caller.tenant,
        row.definitionId,
        row.definitionVersion,
      );
      const before = new Set(row.assignees);
      const fresh = to.assignees.filter((id) => !before.has(id));
      const state = { ...stateOf(definition, row.state), notify: [] };
      const zone = (await calendarOf(tx)).zone;
      const found = await readCase(tx, row.id);
      await tellOfState(unit, parts.notices, { ...found, assignees: fresh }, state, zone);
      await tell(unit, found, 'reassigned');
      return found;
    },

    async find({ tx }, subject) {
      const row = await rows.findCase(tx, subject);
      return row && rows.showCase(row);
    },

    async findAll(tx, entity, ids) {
      const found = await rows.findCases(tx, entity, ids);
      return new Map(found.map((row) => [row.entityId, rows.showCase(row)]));
    },

    async available(unit, account, found) {
      const row = await unit.tx.workflowCase.findFirst({ where: { id: found.id } });
      if (!row || row.closedAt) return [];
      const { definition } = await definitions.at(
        unit.tx,
        unit.caller.tenant,
        row.definitionId,
        row.definitionVersion,
      );
      const at = rows.asMachineCase(row, await rows.findSteps(unit.tx, row.id));
      const actor = await actorOf(unit, account, row);
      return definition.transitions.filter(
        (one) => one.from.includes(at.state) && refusalOf(one, at, actor) === null,
      );
    },

    async history({ tx }, caseId) {
      return (await rows.findSteps(tx, caseId)).map(rows.showStep);
    },

    async definition(tx, id, version) {
      const tenant = await tenantOf(tx);
      const stored =
        version === undefined
          ? await definitions.newest(tx, tenant, id)
          : await definitions.at(tx, tenant, id, version);
      return stored.definition;
    },
  };

  async function finish(
    unit: Unit,
    id: string,
    state: WorkflowState,
    zone: string,
    change: CaseChange,
  ): Promise<WorkflowCase> {
    const found = await readCase(unit.tx, id);
    await tellOfState(unit, parts.notices, found, state, zone);
    await tell(unit, found, change);
    return found;
  }

  return engine;
}

async function readCase(tx: Transaction, id: string): Promise<WorkflowCase> {
  return rows.showCase(await tx.workflowCase.findFirstOrThrow({ where: { id } }));
}

/** The tenant that the transaction is under. */
async function tenantOf(tx: Transaction): Promise<string> {
  const [row] = await tx.$queryRaw<{ tenant: string }[]>`
    SELECT current_setting('app.tenant') AS tenant`;
  return row!.tenant;
}

/** What the new belonging does not say stays as it was. */
function placeOf(
  { site, department }: { site?: string | null; department?: string | null },
  before: Place = { site: null, department: null },
): Place {
  return {
    site: site === undefined ? before.site : site,
    department: department === undefined ? before.department : department,
  };
}

const conflict = (row: rows.CaseRow) =>
  new Problem('workflow.version-conflict', undefined, { current: rows.showCase(row) });

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
      const errors = faults.map(({ field = '', message }) => ({ field, message }));
      const detail = errors.map(({ message }) => message).join(' ');
      return new Problem('workflow.incomplete', detail, { errors });
    }
  }
}
