import type { NoticeKindOf } from '../../platform/workflow/engine-types.ts';
import { meanings } from './flow.ts';

/** States in which someone judges what those who rectify handed in. */
const judging = ['plan-approval', 'acceptance', 'assessment', 'acceptance-major'];

/**
 * What the notices of a hazard are about, by the state that it enters. States that a tenant added, and
 * those of approval and acceptance, have the kinds of every workflow.
 */
export const hazardNoticeKind: NoticeKindOf = ({ from, to }, who) => {
  if (who === 'listed') return to === 'closed' || to === meanings.rejected ? 'hazard.closed' : null;
  if (to === 'reported') return 'hazard.reported';
  if (to === 'returned') return 'hazard.returned';
  if (to !== 'planning' && !meanings.rectifying.includes(to)) return null;
  return from !== null && judging.includes(from) ? 'hazard.returned' : 'hazard.assigned';
};
