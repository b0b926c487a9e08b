import type { Box } from '@anshi/contracts';
import { iou } from '../boxes.ts';
import type { Detection } from '../frame.ts';
import type { PpeCard } from './model-card.ts';
import type { SourceRegion } from './prepare.ts';
import { suppressDoubles } from './suppress.ts';

/** A second look at one person's upper body at native resolution. */
export interface CloseLook {
  readonly person: Box;
  /** The square of the picture to look at, cut at the picture's edges. */
  readonly region: SourceRegion;
}

export interface CloseLookRequest {
  /** What the full pass found, picture pixels. */
  readonly people: readonly Detection[];
  readonly width: number;
  readonly height: number;
  /** Tensor pixels per picture pixel of the full pass. */
  readonly scale: number;
  readonly budget: number;
  /** Whose look is due, most urgent first, picture pixels; left out, everyone in turn. */
  readonly lookAt?: readonly Box[] | undefined;
  /** Turns the order where `lookAt` is left out. */
  readonly sequence: number;
}

/** A box of a person and the one that the caller knows overlap at least this much (IoU). */
const SAME_PERSON = 0.3;

/**
 * Chooses who gets a close look in this frame: people that the full pass shows too small to read
 * their heads, but not so small that no resolution helps; at most `budget` of them.
 */
export function chooseCloseLooks(card: PpeCard, request: CloseLookRequest): CloseLook[] {
  const { budget, scale, lookAt } = request;
  if (budget <= 0) return [];
  const small = request.people.filter(({ box, score }) => {
    const height = box[3] - box[1];
    return (
      score >= card.region.minScore &&
      height * scale < card.region.belowHeight &&
      height >= card.region.minHeight
    );
  });
  let chosen: Box[];
  if (lookAt) {
    const left = new Set(small);
    chosen = [];
    for (const wanted of lookAt) {
      let best: Detection | undefined;
      let bestOverlap = SAME_PERSON;
      for (const person of left) {
        const overlap = iou(person.box, wanted);
        if (overlap > bestOverlap) {
          best = person;
          bestOverlap = overlap;
        }
      }
      if (!best) continue;
      left.delete(best);
      chosen.push(best.box);
      if (chosen.length === budget) break;
    }
  } else {
    const ordered = small.map(({ box }) => box).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const turn = ordered.length > budget ? (request.sequence * budget) % ordered.length : 0;
    chosen = [...ordered.slice(turn), ...ordered.slice(0, turn)].slice(0, budget);
  }
  return chosen.map((person) => ({
    person,
    region: upperBody(card, person, request.width, request.height),
  }));
}

/** The square over head and torso, with room around, moved and cut to lie in the picture. */
export function upperBody(card: PpeCard, person: Box, width: number, height: number): SourceRegion {
  const tall = person[3] - person[1];
  const side = Math.max(16, card.region.side * tall);
  const wide = Math.min(side, width);
  const high = Math.min(side, height);
  const left = (person[0] + person[2]) / 2 - wide / 2;
  const top = person[1] - card.region.above * tall;
  return {
    left: Math.max(0, Math.min(width - wide, left)),
    top: Math.max(0, Math.min(height - high, top)),
    width: wide,
    height: high,
  };
}

/** What one close look found, picture pixels. */
export interface CloseLookResult {
  readonly look: CloseLook;
  readonly detections: readonly Detection[];
}

/**
 * Joins the full pass with the close looks. People come from the full pass alone. Parts (helmet,
 * head, vest …) whose middle a close look saw come from there, since it sees them larger; parts
 * that a look cuts off at its edge are left to the look or pass that has them whole.
 */
export function mergeLooks(
  card: PpeCard,
  full: readonly Detection[],
  looks: readonly CloseLookResult[],
  width: number,
  height: number,
): Detection[] {
  if (looks.length === 0) return [...full];
  const merged = full.filter(
    ({ label, box }) =>
      label === 'person' || !looks.some(({ look }) => holdsMiddle(look.region, box)),
  );
  const close: Detection[] = [];
  for (const { look, detections } of looks) {
    for (const detection of detections) {
      if (detection.label === 'person') continue;
      if (cutOff(look.region, detection.box, width, height)) continue;
      close.push(detection);
    }
  }
  return [...merged, ...suppressDoubles(close, card.nms.iou)];
}

function holdsMiddle(region: SourceRegion, box: Box): boolean {
  const x = (box[0] + box[2]) / 2 - region.left;
  const y = (box[1] + box[3]) / 2 - region.top;
  return x >= 0 && y >= 0 && x <= region.width && y <= region.height;
}

/** Half or more of the box beyond an edge of the region that is not an edge of the picture. */
function cutOff(region: SourceRegion, box: Box, width: number, height: number): boolean {
  const right = region.left + region.width;
  const bottom = region.top + region.height;
  const x = (box[0] + box[2]) / 2;
  const y = (box[1] + box[3]) / 2;
  // A head at the side or the top edge of the look is a neighbour's; a vest may go on below.
  const slack = 0.02 * region.width;
  return (
    x < region.left ||
    x > right ||
    y < region.top ||
    y > bottom ||
    (box[0] < region.left + slack && region.left > 0) ||
    (box[2] > right - slack && right < width) ||
    (box[1] < region.top + slack && region.top > 0 && y < region.top + region.height / 4) ||
    (y > bottom - slack && bottom < height)
  );
}
