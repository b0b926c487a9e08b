import type { Account } from '../access/account.ts';
import type { Caller } from '../access/caller.ts';
import type { Unit, Units } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import { type Assignable, findAssignable } from './assignable.ts';
import type { WorkflowCase, Workflows } from './engine-types.ts';
import type { CaseColumns } from './record-columns.ts';
import type { ActionBody, AssignablePeople, WorkflowHistory } from './record-schema.ts';
import { type HistoryView, showHistory } from './record-view.ts';

/*
 * Common behaviour of records with a workflow case: history, candidates for the next step, and the
 * step itself with its conflict response. The module defines the record, its visibility and the
 * effect of a step.
 */

type User = Caller & { account: Account };

/** A module's functions for its records. */
export interface RecordOfCase<Row extends CaseColumns, Action extends ActionBody, Shown> {
  /** The id of the workflow. */
  definition: string;
  units: Units;
  workflows: Workflows;
  /**
   * The record as visible to the account.
   *
   * @throws Problem where it does not exist or is not visible.
   */
  read(unit: Unit, account: Account, id: string): Promise<Row>;
  /** The record as returned, with the account's possible steps. */
  show(unit: Unit, account: Account, row: Row): Promise<Shown>;
  /** Does the step and returns the resulting record. It fires the transition itself. */
  act(unit: Unit, account: Account, row: Row, action: Action): Promise<Row>;
  /** Presentation of the steps for the account. */
  history?(unit: Unit, account: Account, row: Row): HistoryView | Promise<HistoryView>;
  /** Candidates for the next step; null: none. */
  assignable(account: Account, row: Row): Assignable | null;
}

/** User operations on such a record; see `registerRecordRoutes`. */
export interface RecordService<Action, Shown> {
  history(user: User, id: string): Promise<WorkflowHistory>;
  assignable(user: User, id: string): Promise<AssignablePeople>;
  /** @throws Problem; on a concurrent change, with the current record in `current`. */
  act(user: User, id: string, action: Action): Promise<Shown>;
}

/** The service of the records of one workflow. */
export function recordService<Row extends CaseColumns, Action extends ActionBody, Shown>(
  of: RecordOfCase<Row, Action, Shown>,
): RecordService<Action, Shown> {
  const { units, workflows } = of;
  return {
    history: (user, id) =>
      units.run(user, async (unit) => {
        const row = await of.read(unit, user.account, id);
        const [flow, steps, view] = await Promise.all([
          workflows.definition(unit.tx, of.definition, row.flowVersion),
          workflows.history(unit, row.caseId),
          of.history?.(unit, user.account, row),
        ]);
        return showHistory(unit.tx, flow, steps, view);
      }),

    assignable: (user, id) =>
      units.run(user, async (unit) => {
        const row = await of.read(unit, user.account, id);
        const transitions = await workflows.available(unit, user.account, { id: row.caseId });
        return findAssignable(unit.tx, transitions, of.assignable(user.account, row));
      }),

    act: (user, id, action) =>
      withCurrent(
        () =>
          units.run(user, async (unit) => {
            const row = await of.read(unit, user.account, id);
            return of.show(unit, user.account, await of.act(unit, user.account, row, action));
          }),
        () =>
          units.run(user, async (unit) =>
            of.show(unit, user.account, await of.read(unit, user.account, id)),
          ),
      ),
  };
}

/**
 * Answers a conflict with the current record, so that the user decides again.
 *
 * @throws Problem of `work`; `workflow.version-conflict` with `current`, as shown by `read`.
 */
export async function withCurrent<Shown>(
  work: () => Promise<Shown>,
  read: () => Promise<Shown>,
): Promise<Shown> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'workflow.version-conflict') throw error;
    throw new Problem(error.code, error.message, { ...error.extra, current: await read() });
  }
}

/** Fires the transition of an action on a record's case. */
export function fireAction(
  workflows: Workflows,
  unit: Unit,
  row: CaseColumns,
  action: ActionBody,
  more: Pick<Parameters<Workflows['fire']>[1], 'belonging' | 'dueAt'> = {},
): Promise<WorkflowCase> {
  return workflows.fire(unit, {
    case: row.caseId,
    transition: action.transition,
    version: action.version,
    fields: action.fields,
    files: action.fileIds,
    note: action.note || null,
    ...more,
  });
}

/** A trimmed text field; empty where it was left out. */
export function textOf(action: ActionBody, field: string): string {
  const value = action.fields[field];
  return typeof value === 'string' ? value.trim() : '';
}
