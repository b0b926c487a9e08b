import type { Bilingual } from '@anshi/contracts';
import type { Transaction } from '../db/database.ts';
import type { WorkflowDefinition, WorkflowTransition } from './definition.ts';
import type { WorkflowStep } from './engine-types.ts';
import { type CaseColumns, isOverdue } from './record-columns.ts';
import type {
  ShownCase,
  ShownStep,
  ShownTransition,
  StepFile,
  WorkflowHistory,
} from './record-schema.ts';

/** Placeholder of something that no longer exists. */
export const REMOVED: Bilingual = { zh: '（已删除）', en: '(removed)' };

export type Names = ReadonlyMap<string, Bilingual>;

/** Display names by user id. */
export async function userNames(tx: Transaction, ids: readonly string[]): Promise<Names> {
  if (ids.length === 0) return new Map();
  const users = await tx.appUser.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, displayName: true },
  });
  return new Map(users.map(({ id, displayName }) => [id, displayName as Bilingual]));
}

/**
 * The case part of a record.
 *
 * @param row with the assignees that the account may know.
 * @param flow the definition version of the case.
 */
export function showCase(
  row: CaseColumns,
  flow: WorkflowDefinition | undefined,
  names: Names,
): ShownCase {
  return {
    state: row.state,
    stateName: flow?.states.find(({ id }) => id === row.state)?.name ?? REMOVED,
    version: row.version,
    dueAt: row.dueAt?.toISOString() ?? null,
    overdue: isOverdue(row),
    closedAt: row.closedAt?.toISOString() ?? null,
    assignees: row.assignees.map((id) => ({ id, displayName: names.get(id) ?? REMOVED })),
  };
}

/** A possible step as the app shows it: without its guards. */
export const showTransition = (one: WorkflowTransition): ShownTransition => ({
  id: one.id,
  name: one.name,
  to: one.to,
  fields: one.fields.map(({ id, name, type, required, choices }) => ({
    id,
    name,
    type,
    required,
    choices,
  })),
  evidence: one.evidence,
});

/** Presentation of a record's steps for one account. */
export interface HistoryView {
  /** Removes data that the account must not see; without it, all is shown. */
  redact?: (step: WorkflowStep) => WorkflowStep;
  /** A file of a step; null hides it. */
  file?: (id: string) => StepFile | null;
  /** Names that only the module knows, such as those of its records' ids in text fields. */
  nameOf?: (field: string, value: string) => Bilingual | null;
}

/** The steps of a case with the names of states, steps, fields, choices, users and departments. */
export async function showHistory(
  tx: Transaction,
  flow: WorkflowDefinition,
  steps: readonly WorkflowStep[],
  view: HistoryView = {},
): Promise<WorkflowHistory> {
  const seen = view.redact ? steps.map(view.redact) : steps;
  const names = await namesIn(tx, flow, seen);
  const nameOf = <One extends { id: string; name: Bilingual }>(
    list: readonly One[],
    id: string | null,
  ) => list.find((one) => one.id === id)?.name ?? null;
  return {
    items: seen.map((step, position) => ({
      version: step.version,
      kind: step.kind,
      transition: step.transition,
      transitionName: nameOf(flow.transitions, step.transition),
      from: step.from,
      to: step.to,
      toName: nameOf(flow.states, step.to) ?? REMOVED,
      by: step.by,
      // A hidden actor is still a person.
      bySystem: steps[position]?.by === null,
      at: step.at.toISOString(),
      fields: step.fields,
      values: valuesOf(flow, step, names, view),
      files: step.files.flatMap((id) => view.file?.(id) ?? []),
      note: step.note,
    })),
  };
}

const fieldsOf = (flow: WorkflowDefinition, step: WorkflowStep) =>
  flow.transitions.find(({ id }) => id === step.transition)?.fields ?? [];

/** The users and departments in the fields of the steps. */
async function namesIn(
  tx: Transaction,
  flow: WorkflowDefinition,
  steps: readonly WorkflowStep[],
): Promise<Names> {
  const ids = { user: new Set<string>(), department: new Set<string>() };
  for (const step of steps) {
    for (const { id, type } of fieldsOf(flow, step)) {
      const value = step.fields[id];
      if ((type === 'user' || type === 'department') && typeof value === 'string') {
        ids[type].add(value);
      }
    }
  }
  const users = await userNames(tx, [...ids.user]);
  if (ids.department.size === 0) return users;
  const departments = await tx.department.findMany({
    where: { id: { in: [...ids.department] } },
    select: { id: true, name: true },
  });
  return new Map([
    ...users,
    ...departments.map(({ id, name }) => [id, name as Bilingual] as const),
  ]);
}

function valuesOf(
  flow: WorkflowDefinition,
  step: WorkflowStep,
  names: Names,
  view: HistoryView,
): ShownStep['values'] {
  return fieldsOf(flow, step).flatMap(({ id, name, type, choices }) => {
    const value = step.fields[id];
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return [];
    const valueName =
      typeof value === 'number'
        ? null
        : type === 'choice'
          ? (choices.find((one) => one.id === value)?.name ?? null)
          : type === 'user' || type === 'department'
            ? (names.get(value) ?? REMOVED)
            : (view.nameOf?.(id, value) ?? null);
    return [{ id, name, type, value, valueName }];
  });
}
