import type { Account } from '../access/account.ts';
import type { Permission } from '../access/permissions.ts';
import type { Belonging } from '../access/scope.ts';
import type { Transaction } from '../db/database.ts';
import type { Unit } from '../db/unit-of-work.ts';
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
  /** Moves with each transition; a step names the version that was looked at. */
  version: number;
  enteredAt: Date;
  /** Null where the state has no time limit, or the case is over. */
  dueAt: Date | null;
  /** Users who have to act next. */
  assignees: string[];
  /** Who played which part: reporter, rectifier … */
  parts: Record<string, string[]>;
  /** When the reminder job saw that the time limit of the present state was over; else null. */
  overdueAt: Date | null;
  openedAt: Date;
  closedAt: Date | null;
  site: string | null;
  department: string | null;
  title: { zh: string; en: string };
  link: string;
}

/** A case that just began. */
export interface StartedCase extends WorkflowCase {
  assigneeNames: { id: string; displayName: { zh: string; en: string } }[];
  /** What the one who began it may do with it now. */
  transitions: WorkflowTransition[];
}

/** What the assignees of a new case depend on. */
export interface NewCase {
  definition: string;
  belonging: Belonging;
  parts: Record<string, string[]>;
}

/** The record of a new case, and how it shows. */
export interface NewCaseRecord {
  subject: { entity: string; id: string };
  /** For notices: what the case is called, and where the app shows it. */
  title: { zh: string; en: string };
  link: string;
  /** A time limit of this case's first state, in place of the definition's. */
  dueAt?: Date | null;
  /**
   * The record is written in this unit, so that it can have no case yet: the rows of the case are
   * written at the unit's end with those of the record, see `Unit.later`.
   */
  recordIsNew?: boolean;
}

/** A case for whose beginning all is looked up. */
export interface PreparedStart {
  /** In the same unit. */
  begin(beginning: NewCaseRecord): Promise<StartedCase>;
}

export interface WorkflowStep {
  version: number;
  /** reassigned: only the assignees changed; by is null where the reminder job did it. */
  kind: 'started' | 'transition' | 'reassigned';
  transition: string | null;
  from: string | null;
  to: string;
  by: { id: string; displayName: { zh: string; en: string } } | null;
  at: Date;
  fields: Record<string, unknown>;
  files: string[];
  note: string | null;
  /** As the step left it. */
  assignees: string[];
  dueAt: Date | null;
}

/** What happened to a case, for modules that follow theirs. */
export type CaseChange = 'started' | 'moved' | 'reassigned' | 'overdue';
export type CaseListener = (
  unit: Unit,
  found: WorkflowCase,
  change: CaseChange,
) => void | Promise<void>;

export interface Workflows {
  /**
   * Gives the definition that the product comes with; called once, where the module is made. A
   * tenant gets it as its first version, and a later one of the product unless it made its own.
   *
   * @param read the permission to see such records. Without it, no department is shown the open
   * cases in its list of tasks.
   * @throws Error that lists its faults.
   */
  seed(definition: WorkflowDefinitionInput, read?: Permission): void;
  /** Calls the listener with each change of the cases of an entity, in its transaction. */
  follow(entity: string, listener: CaseListener): void;
  /**
   * Looks up what a start needs, so that the caller can send its own queries at the same time. It
   * writes nothing.
   */
  prepare(unit: Unit, about: NewCase): Promise<PreparedStart>;
  /** Begins a case in the initial state of the newest version of the definition. */
  start(unit: Unit, options: NewCase & NewCaseRecord): Promise<WorkflowCase>;
  /**
   * Fires a transition: checks version, permission and scope, separation of duties, fields and
   * evidence, then moves the case, writes its history and audit line, assigns, notifies and emits
   * `cn.anshi.<entity>.<transition>` in the unit's transaction.
   *
   * @throws Problem `workflow.*` that names what is missing and, on a conflict, the case as it is.
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
      /** Changes of where the case belongs, such as the department that it was assigned to. */
      belonging?: Belonging;
      /** A time limit that a person set for the new state, in place of the definition's. */
      dueAt?: Date | null;
    },
  ): Promise<WorkflowCase>;
  /**
   * Assigns the case to other people, within the reach of the permission; the state and its time
   * limit stay.
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
  /** What this account could fire now. */
  available(
    unit: Unit,
    account: Account,
    found: Pick<WorkflowCase, 'id'> | Pick<WorkflowCase, 'subject'>,
  ): Promise<WorkflowTransition[]>;
  history(unit: Unit, caseId: string): Promise<WorkflowStep[]>;
  /** The newest case of each subject that has one, by the subject's id, for lists. */
  findAll(tx: Transaction, entity: string, ids: string[]): Promise<Map<string, WorkflowCase>>;
  /** The version that a case runs by; without a version, the newest. */
  definition(tx: Transaction, id: string, version?: number): Promise<WorkflowDefinition>;
}
