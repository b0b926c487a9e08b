import type { Bilingual } from '@anshi/contracts';
import { permissions } from '../access/permissions.ts';
import {
  builtInParts,
  type Recipients,
  type WorkflowDeadline,
  type WorkflowDefinition,
  type WorkflowState,
  type WorkflowTransition,
} from './definition.ts';
import { backwards, edgesOf, forwards } from './graph.ts';

/** One fault of a definition. */
export interface DefinitionFault {
  /** Path: states[review].reminders[0].to[1] */
  path: string;
  code: string;
  message: Bilingual;
}

/** What exists outside of the definition; null where it is not known yet. */
export interface KnownNames {
  roles: ReadonlySet<string> | null;
  users: ReadonlySet<string> | null;
}

type Report = (path: string, code: string, zh: string, en: string) => void;

/**
 * Lists every fault of a definition: dead ends, references to unknown people or objects,
 * unreachable parts.
 */
export function validateWorkflow(
  definition: WorkflowDefinition,
  known: KnownNames = { roles: null, users: null },
): DefinitionFault[] {
  const faults: DefinitionFault[] = [];
  const report: Report = (path, code, zh, en) => faults.push({ path, code, message: { zh, en } });
  const parts = new Set<string>([
    ...builtInParts,
    ...definition.parts.map(({ id }) => id),
    ...definition.transitions.flatMap(({ fields }) =>
      fields.flatMap(({ part }) => (part === null ? [] : [part])),
    ),
  ]);
  const names = { ...known, parts };

  unique(definition.states, 'states', report);
  unique(definition.transitions, 'transitions', report);
  unique(definition.parts, 'parts', report);
  checkShape(definition, report);
  for (const state of definition.states) checkState(state, names, report);
  for (const transition of definition.transitions) {
    checkTransition(transition, definition, parts, report);
  }
  checkGraph(definition, report);
  return faults;
}

function unique(list: readonly { id: string }[], path: string, report: Report): void {
  const seen = new Set<string>();
  for (const { id } of list) {
    if (seen.has(id)) {
      report(`${path}[${id}]`, 'twice', `标识“${id}”重复。`, `The id "${id}" is there twice.`);
    }
    seen.add(id);
  }
}

function checkShape({ states }: WorkflowDefinition, report: Report): void {
  const initial = states.filter(({ kind }) => kind === 'initial');
  if (initial.length !== 1) {
    report(
      'states',
      'initial',
      `须有且只有一个起始状态,现有 ${initial.length} 个。`,
      `There must be exactly one initial state; there are ${initial.length}.`,
    );
  }
  if (!states.some(({ kind }) => kind === 'final')) {
    report('states', 'final', '至少须有一个结束状态。', 'There must be at least one final state.');
  }
}

function checkState(
  state: WorkflowState,
  names: KnownNames & { parts: ReadonlySet<string> },
  report: Report,
): void {
  const path = `states[${state.id}]`;
  const lists = [
    ['assign', state.assign],
    ['notify', state.notify],
    ...state.reminders.map(({ to }, at) => [`reminders[${at}].to`, to] as const),
  ] as const;
  for (const [name, list] of lists) {
    list.forEach((one, at) => {
      checkRecipients(one, `${path}.${name}[${at}]`, names, report);
    });
  }
  const keepsTurn = state.assign.some((one) => one.kind === 'part' && one.part === 'assignee');
  if (state.kind === 'initial' && keepsTurn) {
    report(
      `${path}.assign`,
      'assign-self',
      '起始状态不能按“当前处理人”分派:此前没有处理人。',
      'The initial state cannot be assigned to "assignee": nobody had the turn before.',
    );
  }
  if (state.kind === 'final') {
    if (state.deadline || state.reminders.length > 0 || state.assign.length > 0) {
      report(
        path,
        'final-waits',
        '结束状态不能有时限、提醒或处理人。',
        'A final state has no time limit, no reminders and no assignment: nothing follows.',
      );
    }
    return;
  }
  if (state.reminders.length > 0 && !state.deadline) {
    report(
      `${path}.reminders`,
      'reminder-without-deadline',
      '有提醒但没有时限,提醒永远不会发出。',
      'It has reminders but no time limit, so they would never be sent.',
    );
  }
  if (state.deadline) checkDeadline(state.deadline, state, path, report);
}

/** The maximum elapsed time of a limit; unknown where nights and holidays are left out. */
const atMostHours = ({ amount, unit }: WorkflowDeadline): number =>
  unit === 'hours' ? amount : unit === 'days' ? amount * 24 : Number.POSITIVE_INFINITY;

function checkDeadline(
  deadline: WorkflowDeadline,
  state: WorkflowState,
  path: string,
  report: Report,
): void {
  if (deadline.unit === 'working-days' && !Number.isInteger(deadline.amount)) {
    report(
      `${path}.deadline.amount`,
      'whole-days',
      '工作日须为整数;不足一天请用工作小时。',
      'Working days are whole; use working hours for a part of a day.',
    );
  }
  const seen = new Set<string>();
  state.reminders.forEach(({ hours, to }, at) => {
    const where = `${path}.reminders[${at}]`;
    const key = JSON.stringify([hours, to]);
    if (seen.has(key)) {
      report(where, 'twice', '同一提醒重复。', 'The same reminder is there twice.');
    }
    seen.add(key);
    if (hours < 0 && -hours >= atMostHours(deadline)) {
      report(
        `${where}.hours`,
        'reminder-too-early',
        `提前 ${-hours} 小时的提醒不短于时限本身,进入状态时就已过。`,
        `${-hours} hours before the end is not within the time limit: it would be over on entering.`,
      );
    }
  });
}

function checkRecipients(
  one: Recipients,
  path: string,
  names: KnownNames & { parts: ReadonlySet<string> },
  report: Report,
): void {
  const [what, zh, id, known] =
    one.kind === 'role'
      ? (['role', '角色', one.role, names.roles] as const)
      : one.kind === 'user'
        ? (['user', '用户', one.user, names.users] as const)
        : (['part', '参与者', one.part, names.parts] as const);
  if (known && !known.has(id)) {
    report(path, `unknown-${what}`, `没有${zh}“${id}”。`, `There is no ${what} "${id}".`);
  }
}

function checkTransition(
  transition: WorkflowTransition,
  definition: WorkflowDefinition,
  parts: ReadonlySet<string>,
  report: Report,
): void {
  const path = `transitions[${transition.id}]`;
  const states = new Map(definition.states.map((state) => [state.id, state]));
  for (const id of [...transition.from, transition.to]) {
    if (states.has(id)) continue;
    report(path, 'unknown-state', `没有状态“${id}”。`, `There is no state "${id}".`);
  }
  for (const id of transition.from) {
    if (states.get(id)?.kind !== 'final') continue;
    report(
      `${path}.from`,
      'from-final',
      `“${id}”是结束状态,不能再流转。`,
      `"${id}" is a final state; nothing leads on from it.`,
    );
  }
  if (states.get(transition.to)?.kind === 'initial' && transition.from.includes(transition.to)) {
    report(path, 'idle', '起始状态不能流转到自身。', 'The initial state does not lead to itself.');
  }
  if (!(transition.permission in permissions)) {
    const { permission } = transition;
    report(
      `${path}.permission`,
      'unknown-permission',
      `没有权限“${permission}”。`,
      `There is no permission "${permission}".`,
    );
  }
  for (const part of transition.notParts) {
    if (parts.has(part)) continue;
    report(
      `${path}.notParts`,
      'unknown-part',
      `没有参与者“${part}”。`,
      `There is no part "${part}".`,
    );
  }
  for (const id of transition.notFiredBy) {
    if (definition.transitions.some((one) => one.id === id)) continue;
    report(
      `${path}.notFiredBy`,
      'unknown-transition',
      `没有步骤“${id}”。`,
      `There is no transition "${id}".`,
    );
  }
  if (transition.assigneesOnly && transition.notParts.includes('assignee')) {
    report(
      path,
      'nobody',
      '既限处理人又排除处理人,无人可办。',
      'Only for those whose turn it is, and not for them: nobody could do it.',
    );
  }
  for (const id of transition.assigneesOnly ? transition.from : []) {
    if (states.get(id)?.assign.length !== 0) continue;
    report(
      `${path}.assigneesOnly`,
      'nobody',
      `状态“${id}”没有分派规则,无人可办。`,
      `The state "${id}" assigns it to nobody, so that nobody could do it.`,
    );
  }
  unique(transition.fields, `${path}.fields`, report);
  for (const field of transition.fields) checkField(field, `${path}.fields[${field.id}]`, report);
}

function checkField(
  field: WorkflowTransition['fields'][number],
  path: string,
  report: Report,
): void {
  if (field.type === 'choice' && field.choices.length === 0) {
    report(path, 'no-choices', '没有可选项。', 'There is nothing to choose from.');
  }
  unique(field.choices, `${path}.choices`, report);
  if (field.part === null) return;
  if (field.type !== 'user') {
    report(path, 'part-of-user', '只有用户字段可以写入参与者。', 'Only a user can play a part.');
  }
  if ((builtInParts as readonly string[]).includes(field.part)) {
    report(
      path,
      'built-in-part',
      `“${field.part}”由系统填写。`,
      `The part "${field.part}" is filled in by the system.`,
    );
  }
}

function checkGraph(definition: WorkflowDefinition, report: Report): void {
  const edges = edgesOf(definition);
  const initial = definition.states.filter(({ kind }) => kind === 'initial');
  const finals = definition.states.filter(({ kind }) => kind === 'final');
  const reached = forwards(edges, new Set(initial.map(({ id }) => id)));
  const ends = backwards(edges, new Set(finals.map(({ id }) => id)));
  for (const { id } of definition.states) {
    if (initial.length === 1 && !reached.has(id)) {
      report(
        `states[${id}]`,
        'orphan',
        `从起始状态无法到达“${id}”。`,
        `No way leads from the initial state to "${id}".`,
      );
    }
    if (finals.length > 0 && !ends.has(id)) {
      report(
        `states[${id}]`,
        'dead-end',
        `从“${id}”无法走到任何结束状态。`,
        `No way leads from "${id}" to a final state: a case would stay there for ever.`,
      );
    }
  }
}
