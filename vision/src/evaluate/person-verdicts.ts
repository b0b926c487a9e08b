import type { Box } from '@anshi/contracts';
import type { PpeCard } from '../detect/model-card.ts';
import { fullPassScale } from '../detect/model-session.ts';
import type { PersonAnswers } from '../frame.ts';
import { equipmentInFrame } from '../pipeline/frame-equipment.ts';
import { withoutMissing } from '../pipeline/legible-equipment.ts';
import {
  labelledStates,
  VERDICT_CLASSES,
  type VerdictKind,
  wearHeadwear,
} from './labelled-people.ts';
import { matchFound } from './matching.ts';
import { ofLabel, type SeenPicture, trusted } from './seen-picture.ts';
import type { Labelled, LabelledVerdict, Said } from './verdict-table.ts';

/** Label and verdict of one person in one picture. */
export interface PersonVerdict extends LabelledVerdict {
  readonly picture: SeenPicture;
  readonly kind: VerdictKind;
  /** The labelled person. */
  readonly person: Box;
  /** The matched detection, where there is one. */
  readonly seenAs: Box | null;
  /** Of a helmet verdict: the labels have headwear other than a helmet on the person. */
  readonly hasHeadwear: boolean;
  /** What the classifier said of that; undefined where it did not look. */
  readonly answer: PersonAnswers | undefined;
}

/**
 * By what people are judged: `rule` as the product does, by the parts that the detector draws or by the
 * classifier alone.
 */
export const JUDGED_BY = ['rule', 'parts', 'classifier'] as const;
export type JudgedBy = (typeof JUDGED_BY)[number];

/** A verdict on a detected person who matches no label. */
export interface UnlabelledVerdict {
  readonly kind: VerdictKind;
  readonly said: Labelled | 'unknown';
}

/** Least IoU of a detected and a labelled person. */
const SAME_PERSON = 0.5;

/** The classifier looked at the detected boxes themselves. */
const answerFor = (answers: readonly PersonAnswers[], box: Box) =>
  answers.find((one) => one.box.every((side, i) => side === box[i]));

/** The verdicts that a set has labels for: people, and either class of the pair. */
export function verdictKindsOf(classes: readonly string[]): VerdictKind[] {
  if (!classes.includes('person')) return [];
  return (Object.keys(VERDICT_CLASSES) as VerdictKind[]).filter((kind) =>
    Object.values(VERDICT_CLASSES[kind]).some((label) => classes.includes(label)),
  );
}

/**
 * Compares the shipped rule's verdict on helmet and vest in single pictures with the labels. Only
 * people with a labelled state are counted. Harder than the product's task, where a rule collects
 * evidence for seconds.
 */
export function personVerdicts(
  card: PpeCard,
  pictures: readonly SeenPicture[],
  kinds: readonly VerdictKind[],
): PersonVerdict[] {
  return pictures.flatMap((picture) => judgePicture(card, picture, kinds).labelled);
}

/**
 * The verdicts on one picture: on the labelled people, and on detections that match none of them (a
 * person without a label, a second box of one, or something else).
 */
export function judgePicture(
  card: PpeCard,
  picture: SeenPicture,
  kinds: readonly VerdictKind[],
  by: JudgedBy = 'rule',
): { readonly labelled: PersonVerdict[]; readonly others: UnlabelledVerdict[] } {
  if (kinds.length === 0) return { labelled: [], others: [] };
  const trust = (label: string) => card.thresholds[label]?.trust ?? 1;
  const labelled = ofLabel(picture.labels, 'person').map(({ box }) => box);
  const drawn = trusted(picture, 'person', trust);
  const people = drawn.map(({ box }) => box);
  // Below the card's `keep` threshold the worker has no parts, so the rule gets none here.
  const parts = picture.found.filter(
    ({ label, score }) =>
      by !== 'classifier' && label !== 'person' && score >= (card.thresholds[label]?.keep ?? 0),
  );
  const answers = picture.answers && people.map((box) => answerFor(picture.answers!, box));
  const fullScale = fullPassScale(card, picture.width, picture.height);
  const equipment = equipmentInFrame(card, {
    people,
    parts,
    cropped: picture.cropped,
    contrasts: picture.contrasts,
    answers: by === 'parts' ? undefined : answers,
    fullScale,
    frameScale: 1,
  }).map(({ equipment, isLegible }) => (isLegible ? equipment : withoutMissing(equipment)));
  const saidOf = (seen: number, kind: VerdictKind) => equipment[seen]![kind] ?? 'unknown';
  const headwear = wearHeadwear(labelled, picture.labels);
  const matches = matchFound(drawn, labelled, SAME_PERSON);
  const drawnOf = new Map<number, number>();
  matches.forEach((match, i) => {
    if (match !== null) drawnOf.set(match, i);
  });
  return {
    labelled: kinds.flatMap((kind) =>
      labelledStates(labelled, picture.labels, kind).flatMap((state, i): PersonVerdict[] => {
        if (state === null) return [];
        const seen = drawnOf.get(i);
        const said: Said = seen === undefined ? 'notFound' : saidOf(seen, kind);
        const seenAs = seen === undefined ? null : people[seen]!;
        const answer = seen === undefined ? undefined : answers?.[seen];
        const person = labelled[i]!;
        const hasHeadwear = kind === 'helmet' && headwear[i]!;
        return [{ picture, kind, person, seenAs, hasHeadwear, answer, labelled: state, said }];
      }),
    ),
    others: matches.flatMap((match, i) =>
      match === null ? kinds.map((kind) => ({ kind, said: saidOf(i, kind) })) : [],
    ),
  };
}
