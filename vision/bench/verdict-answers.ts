import { appendFileSync, writeFileSync } from 'node:fs';
import type { PpeCard } from '../src/detect/model-card.ts';
import type { VerdictKind } from '../src/evaluate/labelled-people.ts';
import { JUDGED_BY, judgePicture } from '../src/evaluate/person-verdicts.ts';
import type { SeenPicture } from '../src/evaluate/seen-picture.ts';
import { refuse } from './labelled-sets.ts';

/**
 * A file of one JSON object a line for each labelled person and item:
 * `{ set, picture, item, height, labelled, said: { rule, parts, classifier }, worn, missing }`. `height` is that of
 * the label, pixels; `worn` and `missing` are the classifier's probabilities, null where it did not look.
 * models/ppe/recipe/score_answers.py reads it. It is emptied first; ends the command where it cannot be written.
 */
export function answersFile(path: string) {
  const write = (how: typeof writeFileSync | typeof appendFileSync, text: string) => {
    try {
      how(path, text);
    } catch (error) {
      refuse(`--answers: ${(error as Error).message}`);
    }
  };
  write(writeFileSync, '');
  return {
    add(
      card: PpeCard,
      set: string,
      pictures: readonly SeenPicture[],
      items: readonly VerdictKind[],
    ) {
      write(appendFileSync, pictures.flatMap((one) => linesOf(card, set, one, items)).join(''));
    },
  };
}

function linesOf(card: PpeCard, set: string, picture: SeenPicture, items: readonly VerdictKind[]) {
  // The same people in the same order each time.
  const by = JUDGED_BY.map((way) => judgePicture(card, picture, items, way).labelled);
  return by[0]!.map(({ kind, person, labelled, answer }, i) => {
    const said = Object.fromEntries(JUDGED_BY.map((way, at) => [way, by[at]![i]!.said]));
    const { worn = null, missing = null } = answer?.items[kind] ?? {};
    const height = Math.round(person[3] - person[1]);
    return `${JSON.stringify({ set, picture: picture.id, item: kind, height, labelled, said, worn, missing })}\n`;
  });
}
