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
 * What every record with a workflow case has in common: its history, the people whom the next step
 * can name, and the step itself with its answer to a conflict. What a record is, who may see it and
 * what a step means to it is said by the module, in functions.
 */

type User = Caller & { account: Account };

/** What a module says of its records. */
export interface RecordOfCase<Row extends CaseColumns, Action extends ActionBody, Shown> {
  /** The id of the workflow. */
  definition: string;
  units: Units;
  workflows: Workflows;
  /**
   * The record as the account may see it.
   *
   * @throws Problem where there is none, or where the account may not see it.
   */
  read(unit: Unit, account: Account, id: string): Promise<Row>;
  /** The record as it is answered, with what the account may do now. */
  show(unit: Unit, account: Account, row: Row): Promise<Shown>;
  /** Takes the step and returns the record as it is then. It fires the transition itself. */
  act(unit: Unit, account: Account, row: Row, action: Action): Promise<Row>;
  /** How the steps are shown to the account. */
  history?(unit: Unit, account: Account, row: Row): HistoryView | Promise<HistoryView>;
  /** Whom the next step can name; null: nobody. */
  assignable(account: Account, row: Row): Assignable | null;
}

/** What people do with such a record; see `registerRecordRoutes`. */
export interface RecordService<Action, Shown> {
  history(user: User, id: string): Promise<WorkflowHistory>;
  assignable(user: User, id: string): Promise<AssignablePeople>;
  /** @throws Problem; where someone else was quicker, with the record as it is in `current`. */
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
 * Answers a conflict with the record as it is now: the app shows it, and whoever acts decides anew.
 *
 * @throws Problem of `work`; `workflow.version-conflict` with `current`, as `read` shows it.
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

/** Fires the transition that an action names, on the case of a record. */
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

/** What a field of text says, without blanks at its ends; empty where it was left out. */
export function textOf(action: ActionBody, field: string): string {
  const value = action.fields[field];
  return typeof value === 'string' ? value.trim() : '';
}
