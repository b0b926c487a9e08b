import type { Box } from '@anshi/contracts';
import { iou } from '../boxes.ts';
import type { PpeCard } from '../detect/model-card.ts';
import type { VerdictKind } from './labelled-people.ts';
import type { LabelledSet } from './labelled-set.ts';
import { matchFound } from './matching.ts';
import type { PersonVerdict } from './person-verdicts.ts';
import { ofLabel, type SeenPicture, trusted } from './seen-picture.ts';

interface AnyMistake {
  readonly set: string;
  readonly picture: SeenPicture;
  /** Its place, picture pixels. */
  readonly box: Box;
  /** Severity among those of its kind, 0 to 1. */
  readonly weight: number;
}

/** A labelled object without a detection above the threshold. */
export interface Missed extends AnyMistake {
  readonly kind: 'missed';
  readonly label: string;
  /** The best score of this class here, below `trust` or below the IoU; 0: none. */
  readonly bestScore: number;
}

/** A detection above the threshold without a label. */
export interface FalseAlarm extends AnyMistake {
  readonly kind: 'false-alarm';
  readonly label: string;
  readonly score: number;
  /** The label there instead, and their IoU; null where there is none. */
  readonly instead: { readonly label: string; readonly overlap: number } | null;
}

/** A person whose verdict contradicts the labels. */
export interface WrongVerdict extends AnyMistake {
  readonly kind: 'wrong-verdict';
  readonly label: VerdictKind;
  readonly labelled: 'worn' | 'missing';
  readonly said: 'worn' | 'missing';
}

export type Mistake = Missed | FalseAlarm | WrongVerdict;

export interface MistakeOptions {
  /** The least IoU of a hit. */
  readonly atIou: number;
  /** Maximum number per kind and class. */
  readonly most: number;
}

/** From this IoU on, a false alarm is reported with the label at its place. */
const SAME_PLACE = 0.1;

/**
 * The worst errors in a set: large missed objects, false alarms with high scores, and people whose
 * verdict contradicts the labels. The worst come first.
 */
export function findMistakes(
  card: PpeCard,
  set: Pick<LabelledSet, 'name' | 'classes'>,
  pictures: readonly SeenPicture[],
  verdicts: readonly PersonVerdict[],
  { atIou, most }: MistakeOptions,
): Mistake[] {
  const trust = (label: string) => card.thresholds[label]?.trust ?? 1;
  const found: Mistake[] = [];
  for (const label of set.classes) {
    const missed: Missed[] = [];
    const alarms: FalseAlarm[] = [];
    for (const picture of pictures) {
      const truths = ofLabel(picture.labels, label).map(({ box }) => box);
      const drawn = trusted(picture, label, trust);
      const matches = matchFound(drawn, truths, atIou);
      const base = { set: set.name, picture, label };
      truths.forEach((box, i) => {
        if (matches.includes(i)) return;
        missed.push({
          ...base,
          kind: 'missed',
          box,
          bestScore: bestScoreAt(picture, label, box),
          weight: (box[3] - box[1]) / picture.height,
        });
      });
      drawn.forEach(({ box, score }, i) => {
        if (matches[i] !== null) return;
        const instead = labelledAt(picture, box, label, set.classes);
        alarms.push({ ...base, kind: 'false-alarm', box, score, instead, weight: score });
      });
    }
    found.push(...worstOf(missed, most), ...worstOf(alarms, most));
  }
  const wrong = verdicts.flatMap(({ picture, kind, person, seenAs, labelled, said }) => {
    if (said === labelled || (said !== 'worn' && said !== 'missing')) return [];
    const box = seenAs ?? person;
    const weight = (box[3] - box[1]) / picture.height;
    const base = { set: set.name, picture, label: kind, box, labelled, said, weight };
    return [{ ...base, kind: 'wrong-verdict' as const }];
  });
  for (const kind of new Set(wrong.map(({ label }) => label))) {
    const ofKind = wrong.filter(({ label }) => label === kind);
    found.push(...worstOf(ofKind, most));
  }
  return found;
}

function worstOf<T extends Mistake>(mistakes: T[], most: number): T[] {
  return mistakes.sort((a, b) => b.weight - a.weight).slice(0, most);
}

function bestScoreAt(picture: SeenPicture, label: string, box: Box): number {
  let best = 0;
  for (const one of picture.found) {
    if (one.label === label && one.score > best && iou(one.box, box) >= 0.3) best = one.score;
  }
  return best;
}

function labelledAt(picture: SeenPicture, box: Box, drawn: string, classes: readonly string[]) {
  let best: FalseAlarm['instead'] = null;
  // That a part lies on a person explains nothing.
  const telling = classes.filter((label) => (label === 'person') === (drawn === 'person'));
  for (const one of picture.labels) {
    const overlap = iou(one.box, box);
    if (!telling.includes(one.label) || overlap < SAME_PLACE) continue;
    if (!best || overlap > best.overlap) best = { label: one.label, overlap };
  }
  return best;
}
