import type { PpeCard } from '../detect/model-card.ts';
import { type SetScore, scoreClasses } from './class-scores.ts';
import { type HeightScore, scoreHeights } from './height-scores.ts';
import type { VerdictKind } from './labelled-people.ts';
import { type PersonVerdict, personVerdicts, verdictKindsOf } from './person-verdicts.ts';
import type { SeenPicture } from './seen-picture.ts';
import { type VerdictTable, verdictTable } from './verdict-table.ts';

/** All figures of one mode for a set. */
export interface PassScore extends SetScore {
  readonly byPersonHeight: HeightScore[];
  /** Left out where the set has no labels for it. */
  readonly verdicts: Partial<Record<VerdictKind, VerdictTable>>;
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
  const tables = kinds.map((kind) => [
    kind,
    verdictTable(verdicts.filter((one) => one.kind === kind)),
  ]);
  return {
    score: {
      ...scoreClasses(pictures, classes, atIou, trust),
      byPersonHeight: scoreHeights(pictures, classes, atIou, trust),
      verdicts: Object.fromEntries(tables),
    },
    verdicts,
  };
}
