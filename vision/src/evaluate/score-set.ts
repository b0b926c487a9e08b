import type { PpeCard } from '../detect/model-card.ts';
import { type SetScore, scoreClasses } from './class-scores.ts';
import { type HeightScore, scoreHeights } from './height-scores.ts';
import type { VerdictKind } from './labelled-people.ts';
import { type PersonVerdict, personVerdicts, verdictKindsOf } from './person-verdicts.ts';
import type { SeenPicture } from './seen-picture.ts';
import {
  type HeightVerdicts,
  type SmallAgainstTall,
  smallAgainstTall,
  verdictsByHeight,
} from './verdict-heights.ts';
import { type VerdictTable, verdictTable } from './verdict-table.ts';

/** All figures of one mode for a set. */
export interface PassScore extends SetScore {
  readonly byPersonHeight: HeightScore[];
  /** Left out where the set has no labels for it. */
  readonly verdicts: Partial<Record<VerdictKind, VerdictTable>>;
  /** The same by the height of the people. */
  readonly verdictsByHeight: Partial<Record<VerdictKind, HeightVerdicts[]>>;
  readonly smallAgainstTall: Partial<Record<VerdictKind, SmallAgainstTall>>;
}

/**
 * Scores a model's detections in the pictures of a set.
 *
 * @param classes those that the set labels.
 * @param atIou the least IoU of a hit.
 * @returns the figures, and the verdicts behind them.
 */
export function scoreSet(
  card: PpeCard,
  pictures: readonly SeenPicture[],
  classes: readonly string[],
  atIou: number,
): { score: PassScore; verdicts: PersonVerdict[] } {
  const trust = (label: string) => card.thresholds[label]?.trust ?? 1;
  const kinds = verdictKindsOf(classes);
  const verdicts = personVerdicts(card, pictures, kinds);
  const perKind = <Result>(of: (verdicts: PersonVerdict[]) => Result) =>
    Object.fromEntries(
      kinds.map((kind) => [kind, of(verdicts.filter((one) => one.kind === kind))]),
    ) as Partial<Record<VerdictKind, Result>>;
  return {
    score: {
      ...scoreClasses(pictures, classes, atIou, trust),
      byPersonHeight: scoreHeights(pictures, classes, atIou, trust),
      verdicts: perKind(verdictTable),
      verdictsByHeight: perKind((of) => verdictsByHeight(of)),
      smallAgainstTall: perKind(smallAgainstTall),
    },
    verdicts,
  };
}
