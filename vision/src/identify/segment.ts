import type { Point } from '@anshi/contracts';
import type { Doubt, Origin } from './doubt.ts';
import { Path } from './path.ts';

/** Paths are kept for late fixes, ms. */
export const PATH_MS = 20_000;

/** Why a segment begins: what was known of the track before is worth nothing for it. */
export type Beginning = 'new-track' | 'gap' | 'jump' | 'possible-swap';

/**
 * A stretch of one track of one camera that is surely of one person: it ends with a gap, a jump, or where the tracker
 * may have exchanged two people.
 */
export class Segment {
  /** Unique on the floor, in the order of their beginning. */
  readonly number: number;
  readonly camera: string;
  readonly track: string;
  readonly from: number;
  readonly beginning: Beginning;
  readonly path = new Path(PATH_MS);
  at: number;
  floor: Point;
  /** Mean variance of the last foot point, square metres. */
  variance = 0;
  isClosed = false;
  /** When it ended because another person was too near, ms; null where it did not. */
  contactAt: number | null = null;
  /** The doubt that it came out of; null where it came out of none, and once its person took over what was known before. */
  origin: Origin | null = null;
  /** The doubt that it went into; null where it went into none. */
  into: Doubt | null = null;
  /** When it was put to others of the same person, ms; until then, when it began. */
  joinedAt: number;
  /** When its track was first seen, if it was alone at the edge of the picture until the segment began; else `from`, ms. */
  seenFrom: number;

  constructor(start: {
    number: number;
    camera: string;
    track: string;
    at: number;
    floor: Point;
    beginning: Beginning;
  }) {
    this.number = start.number;
    this.camera = start.camera;
    this.track = start.track;
    this.from = start.at;
    this.at = start.at;
    this.floor = start.floor;
    this.beginning = start.beginning;
    this.joinedAt = start.at;
    this.seenFrom = start.at;
  }

  move(at: number, floor: Point, variance: number): void {
    this.at = at;
    this.floor = floor;
    this.variance = variance;
    this.path.add(at, floor, variance);
  }
}
