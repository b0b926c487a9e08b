import type { Box } from '@anshi/contracts';
import { iou } from '../boxes.ts';
import type { PpeCard } from '../detect/model-card.ts';
import type { Detection } from '../frame.ts';
import { type Equipment, readEquipment } from '../judge/equipment.ts';

/** What one frame shows, all boxes in the same pixels. */
export interface FrameParts {
  readonly people: readonly Box[];
  /** Helmets, heads, vests … */
  readonly parts: readonly Detection[];
  /** The people who got a close look. */
  readonly looked: readonly Box[];
  /** Pixels of the model's full pass per pixel of these boxes. */
  readonly fullScale: number;
}

/** A box of a person and the one that got the close look overlap at least this much (IoU). */
const SAME_PERSON = 0.5;

/** A full pass reads people who are at least this much of the height up to which they get a look. */
const LEAST_READ = 2 / 3;

/**
 * What one frame says of each person's equipment. Nothing is said of somebody who is too small for
 * the full pass and got no close look: what a full pass draws on someone so small is guesswork.
 *
 * @returns one for each person, in their order; `looked`: whether a close look stands behind it.
 */
export function equipmentInFrame(
  card: PpeCard,
  { people, parts, looked, fullScale }: FrameParts,
): (Equipment & { readonly looked: boolean })[] {
  const trust = (label: string) => card.thresholds[label]?.trust ?? 1;
  const equipment = readEquipment(people, parts, trust);
  return people.map((box, i) => {
    const wasLooked = looked.some((other) => iou(other, box) >= SAME_PERSON);
    const tall = (box[3] - box[1]) * fullScale;
    const isReadable = wasLooked || tall >= LEAST_READ * card.region.belowHeight;
    const { helmet, vest } = equipment[i]!;
    return isReadable
      ? { helmet, vest, looked: wasLooked }
      : { helmet: 'unknown', vest: 'unknown', looked: false };
  });
}
