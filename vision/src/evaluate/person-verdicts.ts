import type { Box } from '@anshi/contracts';
import type { PpeCard } from '../detect/model-card.ts';
import { fullPassScale } from '../detect/model-session.ts';
import { equipmentInFrame } from '../pipeline/frame-equipment.ts';
import { labelledStates, VERDICT_CLASSES, type VerdictKind } from './labelled-people.ts';
import { matchFound } from './matching.ts';
import { ofLabel, type SeenPicture, trusted } from './seen-picture.ts';
import type { Said } from './verdict-table.ts';

/** Label and verdict of one person in one picture. */
export interface PersonVerdict {
  readonly picture: SeenPicture;
  readonly kind: VerdictKind;
  /** The labelled person. */
  readonly person: Box;
  /** The matched detection, where there is one. */
  readonly seenAs: Box | null;
  readonly labelled: 'worn' | 'missing';
  readonly said: Said;
}

/** Least IoU of a detected and a labelled person. */
const SAME_PERSON = 0.5;

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
  if (kinds.length === 0) return [];
  const trust = (label: string) => card.thresholds[label]?.trust ?? 1;
  return pictures.flatMap((picture) => {
    const labelled = ofLabel(picture.labels, 'person').map(({ box }) => box);
    const drawn = trusted(picture, 'person', trust);
    const people = drawn.map(({ box }) => box);
    // Below the card's `keep` threshold the worker has no parts, so the rule gets none here.
    const parts = picture.found.filter(
      ({ label, score }) => label !== 'person' && score >= (card.thresholds[label]?.keep ?? 0),
    );
    const fullScale = fullPassScale(card, picture.width, picture.height);
    const equipment = equipmentInFrame(card, {
      people,
      parts,
      cropped: picture.cropped,
      fullScale,
      frameScale: 1,
    });
    const drawnOf = new Map<number, number>();
    matchFound(drawn, labelled, SAME_PERSON).forEach((match, i) => {
      if (match !== null) drawnOf.set(match, i);
    });
    return kinds.flatMap((kind) =>
      labelledStates(labelled, picture.labels, kind).flatMap((state, i): PersonVerdict[] => {
        if (state === null) return [];
        const seen = drawnOf.get(i);
        const said: Said =
          seen === undefined ? 'notFound' : (equipment[seen]!.equipment[kind] ?? 'unknown');
        const seenAs = seen === undefined ? null : people[seen]!;
        return [{ picture, kind, person: labelled[i]!, seenAs, labelled: state, said }];
      }),
    );
  });
}
