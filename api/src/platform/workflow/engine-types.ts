import type { Account } from '../access/account.ts';
import type { Permission } from '../access/permissions.ts';
import type { Belonging } from '../access/scope.ts';
import type { Transaction } from '../db/database.ts';
import type { Unit } from '../db/unit-of-work.ts';
import type { NoticeKindId } from '../notices/kinds.ts';
import type {
  WorkflowDefinition,
  WorkflowDefinitionInput,
  WorkflowTransition,
} from './definition.ts';

/** One run of a workflow for one record. */
export interface WorkflowCase {
  id: string;
  definition: { id: string; version: number };
  subject: { entity: string; id: string };
  state: string;
  /** Incremented by each transition; a step names the version it is based on. */
  version: number;
  enteredAt: Date;
  /** Null where the state has no time limit, or the case is closed. */
  dueAt: Date | null;
  /** Users who have to act next. */
  assignees: string[];
  /** Participants by part: reporter, rectifier … */
  parts: Record<string, string[]>;
  /** When the job detected that the present state is overdue; else null. */
  overdueAt: Date | null;
  openedAt: Date;
  closedAt: Date | null;
  site: string | null;
  department: string | null;
  title: { zh: string; en: string };
  link: string;
}

/** A started case. */
export interface StartedCase extends WorkflowCase {
  assigneeNames: { id: string; displayName: { zh: string; en: string } }[];
  /** The starter's possible steps. */
  transitions: WorkflowTransition[];
}

/** Inputs of a new case's assignment. */
export interface NewCase {
  definition: string;
  belonging: Belonging;
  parts: Record<string, string[]>;
}

/** The record of a new case, and its display data. */
export interface NewCaseRecord {
  subject: { entity: string; id: string };
  /** For notices: title of the case, and its address in the app. */
  title: { zh: string; en: string };
  link: string;
  /** A time limit of this case's first state that overrides the definition's. */
  dueAt?: Date | null;
  /**
   * The record is created in this unit, so it cannot have a case yet: the rows of the case are
   * written at the unit's end with those of the record, see `Unit.later`.
   */
  recordIsNew?: boolean;
}

/** A prepared start of a case. */
export interface PreparedStart {
  /** In the same unit. */
  begin(beginning: NewCaseRecord): Promise<StartedCase>;
}

export interface WorkflowStep {
  version: number;
  /** reassigned: only the assignees changed; by is null for the job. */
  kind: 'started' | 'transition' | 'reassigned';
  transition: string | null;
  from: string | null;
  to: string;
  by: { id: string; displayName: { zh: string; en: string } } | null;
  at: Date;
  fields: Record<string, unknown>;
  files: string[];
  note: string | null;
  /** After the step. */
  assignees: string[];
  dueAt: Date | null;
}

/** A change of a case, for listeners of modules. */
export type CaseChange = 'started' | 'moved' | 'reassigned' | 'overdue';
export type CaseListener = (
  unit: Unit,
  found: WorkflowCase,
  change: CaseChange,
) => void | Promise<void>;

/**
 * The notice kind of a state change, so that users can set preferences by subject.
 *
 * @param moved.from null at the start of the case; equal to `to` if only the assignees changed.
 * @param to the assignees, or the state's recipients.
 * @returns null for the kinds of every workflow, `workflow.assigned` and `workflow.entered`.
 */
export type NoticeKindOf = (
  moved: { from: string | null; to: string },
  to: 'assignees' | 'listed',
) => NoticeKindId | null;

export interface Workflows {
  /**
   * Registers the product's definition; called once, where the module is opened. A tenant gets it
   * as its first version, and later ones of the product unless it made its own.
   *
   * @param about.read the permission to see such records. Without it, no department sees open cases
   *   in its task list.
   * @param about.identify the permission to know who reported such a record. Lists of tasks show who
   *   they are assigned to to those who have it for all records; without it to nobody, where a record
   *   has a reporter.
   * @param about.noticeKind the kinds of its notices. Default those of every workflow.
   * @throws Error that lists its faults.
   */
  seed(
    definition: WorkflowDefinitionInput,
    about?: {
      read?: Permission | undefined;
      identify?: Permission | undefined;
      noticeKind?: NoticeKindOf | undefined;
    },
  ): void;
  /** Subscribes to changes of an entity's cases, within their transactions. */
  follow(entity: string, listener: CaseListener): void;
  /**
   * Queries the inputs of a start, so that the caller can send its own queries at the same time.
   * Read-only.
   */
  prepare(unit: Unit, about: NewCase): Promise<PreparedStart>;
  /** Starts a case in the initial state of the newest version of the definition. */
  start(unit: Unit, options: NewCase & NewCaseRecord): Promise<WorkflowCase>;
  /**
   * Fires a transition: checks version, permission and scope, separation of duties, fields and
   * evidence, then moves the case, writes its history and audit line, assigns, notifies and emits
   * `cn.anshi.<entity>.<transition>` in the unit's transaction.
   *
   * @throws Problem `workflow.*` with what is missing and, on a conflict, the current case.
   */
  fire(
    unit: Unit,
    request: {
      case: string;
      transition: string;
      version: number;
      fields: Record<string, unknown>;
      files: string[];
      note: string | null;
      /** Changes of the case's location, such as its assigned department. */
      belonging?: Belonging;
      /** A time limit of the new state set by a person, overriding the definition's. */
      dueAt?: Date | null;
    },
  ): Promise<WorkflowCase>;
  /**
   * Reassigns the case, within the reach of the permission; state and time limit stay.
   *
   * @throws Problem `workflow.*`
   */
  reassign(
    unit: Unit,
    request: {
      case: string;
      version: number;
      to: string[];
      note: string | null;
      permission: Permission;
    },
  ): Promise<WorkflowCase>;
  find(unit: Unit, subject: { entity: string; id: string }): Promise<WorkflowCase | null>;
  /** The account's possible steps. */
  available(
    unit: Unit,
    account: Account,
    found: Pick<WorkflowCase, 'id'> | Pick<WorkflowCase, 'subject'>,
  ): Promise<WorkflowTransition[]>;
  history(unit: Unit, caseId: string): Promise<WorkflowStep[]>;
  /** The newest case of each subject, by the subject's id, for lists. */
  findAll(tx: Transaction, entity: string, ids: string[]): Promise<Map<string, WorkflowCase>>;
  /** The version of a case; without a version, the newest. */
  definition(tx: Transaction, id: string, version?: number): Promise<WorkflowDefinition>;
}
