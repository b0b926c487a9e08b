import type { Box, Point } from '@anshi/contracts';

/** One person in one analysed frame of one camera. */
export interface Sighting {
  /** Of the tracker; the same person as long as the tracker does not err. */
  readonly track: string;
  /** Foot point, metres on the floor plan. */
  readonly floor: Point;
  /** [var x, cov xy, var y] of the foot point, square metres. */
  readonly covariance: readonly [number, number, number];
  /**
   * In pixels of the picture: two people whose boxes cover each other may be exchanged by the tracker. Left out:
   * only their distance on the floor tells.
   */
  readonly box?: Box;
  /** At the edge of the picture: one goes out there as another one comes in, and the tracker takes them for one. */
  readonly isCut?: boolean;
}

/** All people of one analysed frame who are on this floor. */
export interface SightingsInput {
  readonly kind: 'sightings';
  readonly camera: string;
  /** Stream clock of the frame, ms. */
  readonly at: number;
  readonly people: readonly Sighting[];
}

/** A badge was found by a reader; only of those whose wearers agreed. */
export interface FixInput {
  readonly kind: 'fix';
  /** Handle of the badge, of one day. */
  readonly badge: string;
  /** What found it and stamped its time: its clock may be off. */
  readonly reader: string;
  /** By the clock of the reader, ms. */
  readonly at: number;
  /** By the clock of this machine, ms. */
  readonly arrivedAt: number;
  /** Metres on the floor plan; of a portal, its centre. */
  readonly position: Point;
  /** Standard deviation along each axis in metres; of a portal, the radius of its zone. */
  readonly accuracy: number;
  /** A portal read is a zone and a time, not a point. */
  readonly isZone: boolean;
}

/** How many of the people admitted to the floor have no badge that may be used, as shares of all. */
export interface SharesInput {
  readonly kind: 'shares';
  /** They wear a badge and refused: it is never seen here. */
  readonly unseenBadge: number;
  readonly noBadge: number;
}

/** A consent was withdrawn, or the day of the handle is over: all that rests on it goes. */
export interface ForgetInput {
  readonly kind: 'forget';
  readonly badge: string;
}

/** All badges that were handed over in view, anywhere, and that no person has looked at yet: none of them is confirmed. */
export interface SuspectsInput {
  readonly kind: 'suspects';
  readonly badges: readonly string[];
}

/** Badges that were handed over in view, on any floor of this worker, and that the API does not hold yet: none is confirmed. */
export interface HandedOverInput {
  readonly kind: 'handed-over';
  readonly badges: readonly string[];
}

export type IdentifyInput =
  | SightingsInput
  | FixInput
  | SharesInput
  | SuspectsInput
  | HandedOverInput
  | ForgetInput;
