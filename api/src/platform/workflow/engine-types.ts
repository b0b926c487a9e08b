import type { Account } from '../account.ts';
import type { Belonging } from '../scope.ts';
import type { Unit } from '../unit-of-work.ts';
import type { WorkflowTransition } from './definition.ts';

/** One run of a workflow for one record. */
export interface WorkflowCase {
  id: string;
  definition: { id: string; version: number };
  subject: { entity: string; id: string };
  state: string;
  /** Moves with each transition; whoever acts says which one was looked at. */
  version: number;
  enteredAt: Date;
  /** Null where the state has no time limit, or the case is over. */
  dueAt: Date | null;
  /** Users whose turn it is. */
  assignees: string[];
  /** Who played which part: reporter, rectifier … */
  parts: Record<string, string[]>;
  closedAt: Date | null;
  site: string | null;
  department: string | null;
}

export interface WorkflowStep {
  version: number;
  transition: string | null;
  from: string | null;
  to: string;
  by: { id: string; displayName: { zh: string; en: string } } | null;
  at: Date;
  fields: Record<string, unknown>;
  files: string[];
  note: string | null;
}

export interface Workflows {
  /** Begins a case in the initial state of the newest version of the definition. */
  start(
    unit: Unit,
    options: {
      definition: string;
      subject: { entity: string; id: string };
      belonging: Belonging;
      parts: Record<string, string[]>;
      /** For notices: what the case is called, and where the app shows it. */
      title: { zh: string; en: string };
      link: string;
    },
  ): Promise<WorkflowCase>;
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
    },
  ): Promise<WorkflowCase>;
  find(unit: Unit, subject: { entity: string; id: string }): Promise<WorkflowCase | null>;
  /** What this account could fire now. */
  available(unit: Unit, account: Account, found: WorkflowCase): Promise<WorkflowTransition[]>;
  history(unit: Unit, caseId: string): Promise<WorkflowStep[]>;
}
