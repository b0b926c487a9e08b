import type { Unit } from '../db/unit-of-work.ts';
import type { NoticeKindId } from './kinds.ts';

export type Severity = 'info' | 'warning' | 'critical';

/** Something that people must hear of. */
export interface Notice {
  /** Users by id; whoever is no longer active is left out. */
  to: string[];
  /** hazard.assigned, workflow.overdue … : people choose by kind how they hear of it. */
  kind: NoticeKindId;
  severity: Severity;
  title: { zh: string; en: string };
  body: { zh: string; en: string };
  /** A path of the app, such as /hazards/01J…. */
  link: string | null;
  subject: { entity: string; id: string } | null;
  /**
   * The subject begins in this unit, and `to` was looked up in it: nobody was told of it before,
   * and no second look is taken.
   */
  first?: true;
}

export interface Notices {
  /** Writes the notice in the unit's transaction; it is sent by each person's channels afterwards. */
  notify(unit: Unit, notice: Notice): Promise<void>;
}
