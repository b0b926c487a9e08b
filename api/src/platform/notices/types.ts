import type { Unit } from '../db/unit-of-work.ts';
import type { NoticeKindId } from './kinds.ts';

export type Severity = 'info' | 'warning' | 'critical';

/** A notice to write. */
export interface Notice {
  /** User ids; inactive users are skipped. */
  to: string[];
  /** hazard.assigned, workflow.overdue … : preferences are per kind. */
  kind: NoticeKindId;
  severity: Severity;
  /** Times are written by `timeMark` and `dayMark`, never formatted here: who reads them is not known yet. */
  title: { zh: string; en: string };
  body: { zh: string; en: string };
  /** A path of the app, such as /hazards/01J…. */
  link: string | null;
  subject: { entity: string; id: string } | null;
  /**
   * Minutes within which a repetition of the same kind and subject is one notice with a count.
   * Default 10.
   */
  sameWithinMinutes?: number;
  /**
   * A repetition joins only a notice to the same people: it has another link, which others may not
   * open. Default: it joins any, and its recipients are added.
   */
  sameRecipients?: true;
  /** How often it happened. Default once. */
  times?: number;
  /** Not written if the same kind and subject was sent since then. */
  onceSince?: Date;
  /**
   * The subject is created in this unit, and `to` was resolved in it: there is no earlier notice,
   * and recipients are not resolved again.
   */
  first?: true;
  /**
   * Users whom the other recipients must not learn of: they get a notice of their own, so that the
   * receipts of a shared one do not name them. A robot still gets one.
   */
  apart?: readonly string[];
}

export interface Notices {
  /** Writes the notice in the unit's transaction; channels deliver it afterwards. */
  notify(unit: Unit, notice: Notice): Promise<void>;
}
