import type { Box } from '@anshi/contracts';
import type { PpeCard } from '../detect/model-card.ts';
import { fullPassScale } from '../detect/model-session.ts';
import { equipmentInFrame } from '../pipeline/frame-equipment.ts';
import { labelledStates, VERDICT_CLASSES, type VerdictKind } from './labelled-people.ts';
import { matchFound } from './matching.ts';
import { ofLabel, type SeenPicture, trusted } from './seen-picture.ts';
import type { Said } from './verdict-table.ts';

/** What the labels and what the rule say of one person in one picture. */
export interface PersonVerdict {
  readonly picture: SeenPicture;
  readonly kind: VerdictKind;
  /** The labelled person. */
  readonly person: Box;
  /** The drawn person who was taken for it, where there is one. */
  readonly seenAs: Box | null;
  readonly labelled: 'worn' | 'missing';
  readonly said: Said;
}

/** A drawn person is the labelled one from this overlap on. */
const SAME_PERSON = 0.5;

/** The verdicts that a set has labels for: people, and either class of the pair. */
export function verdictKindsOf(classes: readonly string[]): VerdictKind[] {
  if (!classes.includes('person')) return [];
  return (Object.keys(VERDICT_CLASSES) as VerdictKind[]).filter((kind) =>
    Object.values(VERDICT_CLASSES[kind]).some((label) => classes.includes(label)),
  );
}

/**
 * Holds what the shipped rule says of helmet and vest in single pictures against the labels. Only
 * people of whom the labels say either way are counted. It is harder than the product's task, where
 * a rule looks for seconds before it speaks.
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
    // What the worker's card calls noise is no part for the rule either.
    const parts = picture.found.filter(
      ({ label, score }) => label !== 'person' && score >= (card.thresholds[label]?.keep ?? 0),
    );
    const fullScale = fullPassScale(card, picture.width, picture.height);
    const equipment = equipmentInFrame(card, { people, parts, looked: picture.looked, fullScale });
    const drawnOf = new Map<number, number>();
    matchFound(drawn, labelled, SAME_PERSON).forEach((match, i) => {
      if (match !== null) drawnOf.set(match, i);
    });
    return kinds.flatMap((kind) =>
      labelledStates(labelled, picture.labels, kind).flatMap((state, i): PersonVerdict[] => {
        if (state === null) return [];
        const seen = drawnOf.get(i);
        const said: Said = seen === undefined ? 'notFound' : equipment[seen]![kind];
        const seenAs = seen === undefined ? null : people[seen]!;
        return [{ picture, kind, person: labelled[i]!, seenAs, labelled: state, said }];
      }),
    );
  });
}
