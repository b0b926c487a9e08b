import { LabelError } from './label-error.ts';
import { VERDICT_CLASSES, type VerdictKind } from './labelled-people.ts';
import type { LabelledSet } from './labelled-set.ts';
import { verdictKindsOf } from './person-verdicts.ts';

/**
 * The items on which verdicts on the people of a set can be scored.
 *
 * @param asked the items to score; those that the set does not label are left out.
 * @throws LabelError where people are not labelled, none of the items is, or an item is labelled
 *   in one state only: a rule that always gives this state would be right.
 */
export function judgedItems(set: LabelledSet, asked: readonly VerdictKind[]): VerdictKind[] {
  if (!set.classes.includes('person') || filesWith(set, 'person').length === 0) {
    throw new LabelError(
      `${set.labels}: labels no people, so no verdict can be scored; leave ${set.name} out of --sets`,
    );
  }
  const items = verdictKindsOf(set.classes).filter((kind) => asked.includes(kind));
  if (items.length === 0) {
    throw new LabelError(
      `${set.labels}: labels none of ${asked.flatMap((kind) => Object.values(VERDICT_CLASSES[kind])).join(', ')}`,
    );
  }
  for (const item of items) {
    const { worn, missing } = VERDICT_CLASSES[item];
    for (const [label, other] of [
      [worn, missing],
      [missing, worn],
    ] as const) {
      if (set.classes.includes(label) && filesWith(set, label).length > 0) continue;
      const [first] = filesWith(set, other);
      throw new LabelError(
        `${first ?? set.labels}: of ${worn} and ${missing} ${set.name} labels ` +
          `${first ? `${other} alone` : 'none, though its classes say so'}: a verdict can be scored ` +
          `only where both occur; add pictures with ${label}, or leave "${item}" out of --items`,
      );
    }
  }
  return items;
}

/** The label files with a box of this class, sorted by name. */
const filesWith = ({ pictures }: LabelledSet, label: string) =>
  pictures
    .filter(({ labels }) => labels.some((one) => one.label === label))
    .map(({ labelFile }) => labelFile);
