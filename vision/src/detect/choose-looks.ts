import type { Box } from '@anshi/contracts';
import { iou } from '../boxes.ts';
import type { Detection } from '../frame.ts';
import { type CloseLook, type LookBudget, layRegions, type Wanted } from './look-regions.ts';
import type { PpeCard } from './model-card.ts';

export interface CloseLookRequest {
  /** What the full pass found, picture pixels. */
  readonly people: readonly Detection[];
  readonly width: number;
  readonly height: number;
  /** Tensor pixels per picture pixel of the full pass. */
  readonly scale: number;
  readonly budget: LookBudget;
  /** Whose look is due, most urgent first, picture pixels; left out, everyone in turn. */
  readonly lookAt?: readonly Box[] | undefined;
  /**
   * With `lookAt`: people who are known, or whom a look did not confirm lately. Somebody else whom
   * the full pass believes in too little to count may get one of the looks.
   */
  readonly known?: readonly Box[] | undefined;
  /** Counts the frames that were looked at; it turns the order of those who wait for nothing in particular. */
  readonly turn: number;
}

/** A box of a person and the one that the caller knows overlap at least this much (IoU). */
const SAME_PERSON = 0.3;

/**
 * Chooses what gets a close look in this frame: people that the full pass shows too small to read
 * their heads, but not so small that no resolution helps; within the budget. The same request gives
 * the same looks.
 */
export function chooseLooks(card: PpeCard, request: CloseLookRequest): CloseLook[] {
  if (request.budget.looks <= 0) return [];
  const isSmall = (box: Box) => {
    const height = box[3] - box[1];
    return height * request.scale < card.region.belowHeight && height >= card.region.minHeight;
  };
  const small = request.people.filter(
    ({ box, score }) => score >= card.region.minScore && isSmall(box),
  );
  const wanted = request.lookAt
    ? due(card, { ...request, lookAt: request.lookAt }, small, isSmall)
    : everyone(card, request, small);
  return layRegions(card, wanted, request, request.budget);
}

/** In one frame of so many, somebody who may turn out to be a person comes before those who are. */
const STRANGER_FIRST = 4;

/** All in turn: another one comes first in each frame, and whoever is first gets a look. */
function everyone(
  card: PpeCard,
  { turn }: CloseLookRequest,
  small: readonly Detection[],
): Wanted[] {
  const { trust } = card.thresholds.person!;
  const people = small.filter(({ score }) => score >= trust);
  const strangers = small.filter(({ score }) => score < trust);
  const ownTurn = strangers.length === 0 ? turn : turn - Math.floor((turn + 1) / STRANGER_FIRST);
  return withStrangers(turned(people, ownTurn).map(plainly), strangers, turn);
}

/**
 * Puts those who may turn out to be people after those that are, so that they get what is left of
 * the budget, and one of them first now and then: so nobody waits for ever, on either side.
 */
function withStrangers(
  people: readonly Wanted[],
  strangers: readonly Detection[],
  turn: number,
): Wanted[] {
  const others = turned(strangers, Math.floor(turn / STRANGER_FIRST)).map(plainly);
  return turn % STRANGER_FIRST === STRANGER_FIRST - 1
    ? [...others.slice(0, 1), ...people, ...others.slice(1)]
    : [...people, ...others];
}

const plainly = ({ box }: Detection): Wanted => ({ person: box, asked: null });

/** Those that are asked for, and one who may turn out to be somebody. */
function due(
  card: PpeCard,
  request: CloseLookRequest & { readonly lookAt: readonly Box[] },
  small: readonly Detection[],
  isSmall: (box: Box) => boolean,
): Wanted[] {
  const left = new Set(small);
  const wanted: Wanted[] = [];
  request.lookAt.forEach((asked, index) => {
    let best: Detection | undefined;
    let bestOverlap = SAME_PERSON;
    for (const person of left) {
      const overlap = iou(person.box, asked);
      if (overlap > bestOverlap) {
        best = person;
        bestOverlap = overlap;
      }
    }
    if (best) left.delete(best);
    // Whom the full pass misses this time may be found by the look.
    else if (!isSmall(asked) || request.people.some(({ box }) => iou(box, asked) > SAME_PERSON))
      return;
    wanted.push({ person: best?.box ?? asked, asked: index });
  });
  if (!request.known) return wanted;
  const { known } = request;
  const others = [...request.lookAt, ...known];
  const strangers = [...left].filter(
    ({ box, score }) =>
      score < card.thresholds.person!.trust && !others.some((one) => iou(one, box) > SAME_PERSON),
  );
  return withStrangers(wanted, strangers, request.turn);
}

/** From left to right, beginning with another one each time. */
function turned(people: readonly Detection[], by: number): Detection[] {
  const ordered = [...people].sort(
    (a, b) => a.box[0] - b.box[0] || a.box[1] - b.box[1] || b.score - a.score,
  );
  const turn = ordered.length === 0 ? 0 : by % ordered.length;
  return [...ordered.slice(turn), ...ordered.slice(0, turn)];
}
