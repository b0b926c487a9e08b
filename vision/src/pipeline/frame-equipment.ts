import type { Box, Equipment } from '@anshi/contracts';
import { iou } from '../boxes.ts';
import { itemsOf } from '../detect/card/ppe.ts';
import type { PpeCard } from '../detect/model-card.ts';
import { hasFinerCrops } from '../detect/select-crops.ts';
import type { Detection, PersonAnswers, PersonContrast } from '../frame.ts';
import { readEquipment } from '../judge/equipment.ts';
import { joinAnswers } from './join-answers.ts';

/** The detections of one frame, all boxes in the same pixels. */
export interface FrameParts {
  readonly people: readonly Box[];
  /** Helmets, heads, vests … */
  readonly parts: readonly Detection[];
  /** The people who got a crop. */
  readonly cropped: readonly Box[];
  /**
   * What the model's classifier said of each of the people, undefined where it did not look; left out where
   * it does not run, so that the parts alone decide.
   */
  readonly answers?: readonly (PersonAnswers | undefined)[] | undefined;
  /** Of all people who were found; left out, all of them are legible. */
  readonly contrasts?: readonly PersonContrast[] | undefined;
  /** Tensor pixels of the full pass per pixel of these boxes. */
  readonly fullScale: number;
  /** Pixels of the frame per pixel of these boxes, vertically. */
  readonly frameScale: number;
}

/** The equipment of one person in one frame. */
export interface FrameEquipment {
  readonly equipment: Equipment;
  /** By the detector's parts alone. */
  readonly byParts: Equipment;
  /** Whether the parts come from a crop. */
  readonly isCropped: boolean;
  /** Whether the contrast is enough for a report that an item is missing (see `LegibleEquipment`). */
  readonly isLegible: boolean;
}

/** Least IoU of a person's box with the cropped one. */
const SAME_PERSON = 0.5;

/**
 * The full pass is used for people of at least this share of the height below which they get a
 * crop.
 */
const LEAST_READ = 2 / 3;

/**
 * Each person's equipment in one frame. It is unknown for a person too small for the full pass
 * without a crop: detections of the full pass at that size are unreliable. In a picture too small for
 * crops that show more, the full pass is all there is. An item is unknown as well for a person lower
 * than the height from which the card vouches for it.
 *
 * Where the model has a classifier, its items are unknown in frames in which it did not look at the person.
 *
 * @returns one per person, in the same order.
 */
export function equipmentInFrame(
  card: PpeCard,
  { people, parts, cropped, answers, contrasts = [], fullScale, frameScale }: FrameParts,
): FrameEquipment[] {
  const trust = (label: string) => card.thresholds[label]?.trust ?? 1;
  const items = itemsOf(card);
  const read = readEquipment(people, parts, items, trust);
  const unreadable = Object.fromEntries(items.map(({ item }) => [item, 'unknown' as const]));
  return people.map((box, i) => {
    const isCropped = cropped.some((other) => iou(other, box) >= SAME_PERSON);
    const tall = (box[3] - box[1]) * fullScale;
    const isReadable =
      isCropped ||
      tall >= LEAST_READ * card.region.belowHeight ||
      !hasFinerCrops(card, fullScale / frameScale);
    const byParts = isReadable ? read[i]! : unreadable;
    const answer = answers?.[i];
    const equipment = answers ? joinAnswers(card, byParts, answer) : byParts;
    const height = (box[3] - box[1]) * frameScale;
    return {
      equipment: vouchedFor(card, equipment, height),
      byParts,
      isCropped: isReadable && isCropped,
      isLegible: closestOf(contrasts, box)?.isLegible ?? true,
    };
  });
}

/** Least IoU of a person's box, which may lag behind, with the box whose contrast was measured. */
const SAME_CONTRAST = 0.3;

/** The contrast of the box that covers this one best: people beside each other differ. */
function closestOf(contrasts: readonly PersonContrast[], box: Box): PersonContrast | undefined {
  let closest: PersonContrast | undefined;
  let most = SAME_CONTRAST;
  for (const one of contrasts) {
    const shared = iou(one.box, box);
    if (shared < most) continue;
    closest = one;
    most = shared;
  }
  return closest;
}

/** @param height of the person, pixels of the frame. */
function vouchedFor({ leastHeights }: PpeCard, equipment: Equipment, height: number): Equipment {
  return Object.fromEntries(
    Object.entries(equipment).map(([item, state]) => [
      item,
      height < (leastHeights[item] ?? 0) ? 'unknown' : state,
    ]),
  );
}
