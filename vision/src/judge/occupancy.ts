import type { Box } from '@anshi/contracts';
import { boxArea, iou, sharedArea } from '../boxes.ts';
import type { Actor } from './state.ts';

/** Parameters of the count of people; also in the cards of the rules that use it. */
export const OCCUPANCY = {
  /** A person who is not detected is still counted for this long, ms. */
  heldMs: 1_500,
  /** A person counts after so many sightings within two seconds, over at least so many ms. */
  sightings: 3,
  establishedMs: 400,
  /** Two boxes that share more than this of what they cover together show one body. */
  sameBody: 0.65,
  /**
   * So do two of which one has this share of itself in the other and its top at the same height, within this
   * share of the other's height: a box round the upper body of a person who sits.
   */
  contained: 0.85,
  topsApart: 0.1,
  /**
   * Or one with this share of itself in the other and its lower edge at the same height, within this share of the
   * other's height: a box round the legs of a person who bends. Who crouches before another person is nearer.
   */
  containedLegs: 0.95,
  feetApart: 0.04,
  /** A person who was last seen this close to the edge of the picture has left it, share of its size. */
  edge: 0.02,
} as const;

/** How many people are somewhere, as far as it can be said. */
export interface Occupancy {
  /** Seen now, or not detected for a moment. */
  readonly certain: number;
  /** Seen for too short a time to be sure that it is a person. */
  readonly fresh: number;
  /** Lost from sight in the middle of it: hidden, or gone without having been seen to leave. */
  readonly hidden: number;
  /** Tracks of those who are certain, sorted. */
  readonly tracks: readonly string[];
}

/**
 * Counts the people in a zone, or in the whole picture where it is null. Counts actors and not tracks, so
 * that a person who gets another track is one.
 *
 * @param at ms of the state's clock.
 * @param picture width and height, in the pixels of the boxes.
 */
export function occupancyOf(
  actors: readonly Actor[],
  zone: string | null,
  at: number,
  picture: readonly [number, number],
): Occupancy {
  const inside = actors.filter(({ zones }) => zone === null || zones.includes(zone));
  const recent = inside.filter(({ seenAt }) => at - seenAt <= OCCUPANCY.heldMs);
  const bodies = onceEach(recent.filter(({ established }) => established));
  return {
    certain: bodies.length,
    fresh: recent.filter((actor) => actor.seenAt === at && !actor.established).length,
    hidden: inside.filter(
      (actor) =>
        at - actor.seenAt > OCCUPANCY.heldMs && actor.established && !isAtEdge(actor.box, picture),
    ).length,
    tracks: bodies.map(({ track }) => track).sort(),
  };
}

/**
 * Each body once: a model sometimes draws two boxes on one, and a person who got another track may be
 * known twice for a moment. People one behind the other have boxes of different height and stay two.
 */
function onceEach(actors: readonly Actor[]): Actor[] {
  const bodies: Actor[] = [];
  for (const actor of actors) {
    if (!bodies.some((other) => isOneBody(other.box, actor.box))) bodies.push(actor);
  }
  return bodies;
}

function isOneBody(a: Box, b: Box): boolean {
  if (iou(a, b) > OCCUPANCY.sameBody) return true;
  const contained = sharedArea(a, b) / Math.max(1, Math.min(boxArea(a), boxArea(b)));
  const height = Math.max(a[3] - a[1], b[3] - b[1]);
  const isUpperBody = Math.abs(a[1] - b[1]) <= OCCUPANCY.topsApart * height;
  const isLegs = Math.abs(a[3] - b[3]) <= OCCUPANCY.feetApart * height;
  return (
    (contained > OCCUPANCY.contained && isUpperBody) ||
    (contained > OCCUPANCY.containedLegs && isLegs)
  );
}

/** Whether a box touches the edge of the picture. */
export function isAtEdge(
  [left, top, right, bottom]: Box,
  [width, height]: readonly [number, number],
): boolean {
  const [x, y] = [OCCUPANCY.edge * width, OCCUPANCY.edge * height];
  return left <= x || top <= y || right >= width - x || bottom >= height - y;
}
