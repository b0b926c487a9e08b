import type { Box } from '@anshi/contracts';
import { ownerOf } from './labelled-people.ts';
import { matchFound, precisionAndRecall } from './matching.ts';
import { ofLabel, type SeenPicture, type TrustOf, trusted } from './seen-picture.ts';

/** Lower bounds of the bins of person height, picture pixels. */
export const HEIGHT_BINS: readonly number[] = [0, 40, 80, 160, 320];

/** One bin: people of a height and their parts. */
export interface HeightScore {
  /** Picture pixels, from (inclusive) to (exclusive); null: no upper bound. */
  readonly from: number;
  readonly to: number | null;
  readonly classes: Readonly<
    Record<
      string,
      {
        readonly labelled: number;
        readonly found: number;
        readonly right: number;
        readonly precision: number | null;
        readonly recall: number | null;
      }
    >
  >;
}

/**
 * Precision and recall by the height of the people, above the score thresholds. A part belongs to
 * the bin of its labelled person; a part without a person is in no bin, and a false person is in
 * the bin of the detected height.
 *
 * @returns one per bin, or none where the set does not label people.
 */
export function scoreHeights(
  pictures: readonly SeenPicture[],
  classes: readonly string[],
  atIou: number,
  trust: TrustOf,
): HeightScore[] {
  if (!classes.includes('person')) return [];
  const bins = HEIGHT_BINS.map(() =>
    Object.fromEntries(classes.map((label) => [label, { labelled: 0, found: 0, right: 0 }])),
  );
  for (const picture of pictures) {
    const people = ofLabel(picture.labels, 'person').map(({ box }) => box);
    for (const label of classes) {
      const truths = ofLabel(picture.labels, label);
      const binOf = (box: Box) => {
        if (label === 'person') return binOfHeight(box);
        const owner = ownerOf({ label, box }, people);
        return owner === null ? null : binOfHeight(people[owner]!);
      };
      const binsOfTruths = truths.map(({ box }) => binOf(box));
      for (const bin of binsOfTruths) if (bin !== null) bins[bin]![label]!.labelled++;
      const drawn = trusted(picture, label, trust);
      const boxes = truths.map(({ box }) => box);
      matchFound(drawn, boxes, atIou).forEach((match, i) => {
        const bin = match === null ? binOf(drawn[i]!.box) : binsOfTruths[match]!;
        if (bin === null) return;
        bins[bin]![label]!.found++;
        if (match !== null) bins[bin]![label]!.right++;
      });
    }
  }
  return bins.map((counts, i) => ({
    from: HEIGHT_BINS[i]!,
    to: HEIGHT_BINS[i + 1] ?? null,
    classes: Object.fromEntries(
      Object.entries(counts).map(([label, one]) => [label, { ...one, ...precisionAndRecall(one) }]),
    ),
  }));
}

function binOfHeight(box: Box): number {
  const height = box[3] - box[1];
  let bin = 0;
  while (bin + 1 < HEIGHT_BINS.length && height >= HEIGHT_BINS[bin + 1]!) bin++;
  return bin;
}
