import type { Box } from '@anshi/contracts';
import { iou } from '../boxes.ts';
import { smallBelow } from '../detect/choose-looks.ts';
import type { PpeCard } from '../detect/model-card.ts';
import { fullPassScale } from '../detect/model-session.ts';
import type { Detection } from '../frame.ts';
import { type Equipment, readEquipment } from '../judge/equipment.ts';

/** What one frame shows, all boxes in the same pixels. */
export interface FrameParts {
  readonly people: readonly Box[];
  /** Helmets, heads, vests … */
  readonly parts: readonly Detection[];
  /** The people who got a close look. */
  readonly looked: readonly Box[];
  /** People at least this high are read without a close look; see readableFrom(). */
  readonly readFrom: number;
}

/** A box of a person and the one that got the close look overlap at least this much (IoU). */
const SAME_PERSON = 0.5;

/** A full pass reads people who are at least this much of the height up to which they get a look. */
const LEAST_READ = 2 / 3;

/**
 * The height in pixels of the picture from which on a full pass reads equipment. Whoever gets no
 * look because there is nothing more to see is read, too.
 */
export function readableFrom(card: PpeCard, width: number, height: number): number {
  const scale = fullPassScale(card, width, height);
  return Math.min(LEAST_READ * card.region.belowHeight, smallBelow(card, scale)) / scale;
}

/**
 * What one frame says of each person's equipment. Nothing is said of somebody who is too small for
 * the full pass and got no close look: what a full pass draws on someone so small is guesswork.
 *
 * @returns one for each person, in their order; `looked`: whether a close look stands behind it.
 */
export function equipmentInFrame(
  card: PpeCard,
  { people, parts, looked, readFrom }: FrameParts,
): (Equipment & { readonly looked: boolean })[] {
  const trust = (label: string) => card.thresholds[label]?.trust ?? 1;
  const equipment = readEquipment(people, parts, trust);
  return people.map((box, i) => {
    const wasLooked = looked.some((other) => iou(other, box) >= SAME_PERSON);
    const isReadable = wasLooked || box[3] - box[1] >= readFrom;
    const { helmet, vest } = equipment[i]!;
    return isReadable
      ? { helmet, vest, looked: wasLooked }
      : { helmet: 'unknown', vest: 'unknown', looked: false };
  });
}
