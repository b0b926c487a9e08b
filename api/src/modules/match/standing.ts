import type { Candidate, Standing } from './decide.ts';
import { isFinal } from './decisions.ts';
import { publicDecision, shownReasons } from './reasons.ts';
import type { Sees } from './show.ts';

/**
 * What the order of candidates rests on for a reader: what that reader sees of them, as the place in a list tells as much
 * as a column. Who sees no detail gets no levels of skills into the order, who sees no violations none of these.
 */
export function standingFor(one: Candidate, sees: Sees): Standing {
  const { person, decision, reasons, violations, hours, levelsAbove } = one;
  const shown = publicDecision({ decision, final: isFinal(one), reasons });
  return {
    person,
    hours,
    decision: sees.detail ? decision : shown.decision,
    against: sees.detail ? reasons.length : shownReasons(reasons).length,
    levelsAbove: sees.detail ? levelsAbove : 0,
    violations: sees.violations ? violations : 0,
  };
}
