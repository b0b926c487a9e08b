import type { Judged, TagState } from '../locations/judge.ts';
import type { Direction } from './derive.ts';

/** What of a position counts as a passage. */
export type How = 'way-out' | 'portal' | 'area' | 'plan';

/** A badge came in or went out. */
export interface Passage {
  /** Ms since the epoch. */
  readonly at: number;
  readonly direction: Direction;
  readonly how: How;
  readonly source: string;
  readonly area: string | null;
  /** It is older than what is known of the badge: what is there has to be looked at. */
  readonly late: boolean;
}

/** What of a fix is not believed. */
const doubtful = ['double', 'impossible', 'off-plan'] as const;

/**
 * The passages of a badge among ordered fixes: in at the first position on the site after an exit read or a long
 * absence, out at the read of an exit reader. Missing positions are no exit. Pure.
 *
 * @param before the state before the fixes.
 * @param goneMs time without positions after which the badge counts as absent, ms.
 */
export function passagesOf(
  before: Pick<TagState, 'heardAt' | 'isOut'> | null,
  fixes: readonly Judged[],
  goneMs: number,
): Passage[] {
  const passages: Passage[] = [];
  let isOut = before?.isOut ?? true;
  let heardAt = before?.heardAt ?? Number.NEGATIVE_INFINITY;
  for (const { fix, flags, moves } of fixes) {
    const { place, at, source } = fix;
    if (!place || place.isOff || doubtful.some((flag) => flags.includes(flag))) continue;
    // A position on the earth without a plan is on no known site.
    if (place.floorPlan === null) continue;
    const late = flags.includes('late') && !moves;
    if (!moves && !late) continue;
    const area = place.area;
    const how: How = place.isOut ? 'way-out' : place.isPortal ? 'portal' : area ? 'area' : 'plan';
    const passage = { at, how, source, area, late };
    if (late) {
      passages.push({ ...passage, direction: place.isOut ? 'out' : 'in' });
      continue;
    }
    if (place.isOut && !isOut) passages.push({ ...passage, direction: 'out' });
    if (!place.isOut && (isOut || at - heardAt > goneMs)) {
      passages.push({ ...passage, direction: 'in' });
    }
    isOut = place.isOut;
    heardAt = at;
  }
  return passages;
}
