import type { ViolationIdentity } from '@anshi/contracts';
import type { HandOver } from '../identify/identity.ts';
import type { IdentifyInput } from '../identify/input.ts';

/** A person against whom something was confirmed: who was it? */
export interface WatchInput {
  readonly kind: 'watch';
  readonly violation: string;
  readonly camera: string;
  /** The track at the end of the evidence. */
  readonly track: string;
  /** Start of the evidence; stream clock, ms. */
  readonly startedAt: number;
  readonly confirmedAt: number;
}

/** It is over: what becomes known in the minute after it counts still. Stream clock, ms. */
export interface EndedInput {
  readonly kind: 'ended';
  readonly violation: string;
  readonly at: number;
}

/** What a floor plan is told, in the order in which the worker knows it. */
export type FloorInput =
  | IdentifyInput
  | WatchInput
  | EndedInput
  /** Positions count from now on; all that was known of badges is of the past. */
  | { readonly kind: 'begin'; readonly unseenBadge: number; readonly noBadge: number }
  /** They count no longer: nothing of them is kept. */
  | { readonly kind: 'end' };

/** Several inputs of one floor plan, such as those of one frame. */
export interface FloorBatch {
  readonly floorPlan: string;
  readonly inputs: readonly FloorInput[];
}

/** Who it was; the first one of a violation has number 1. */
export interface Statement {
  readonly violation: string;
  readonly number: number;
  /** When this was known; stream clock, ms. */
  readonly at: number;
  readonly identity: ViolationIdentity;
}

/** The people of a floor plan who are confirmed by a decision. */
export interface Confirmed {
  readonly floorPlan: string;
  /** Stream clock, ms. */
  readonly at: number;
  readonly tracks: readonly { camera: string; track: string; handle: string }[];
}

/** A hand-over in view on a floor plan. */
export interface FloorHandOver extends HandOver {
  readonly floorPlan: string;
}

/** What the thread says. */
export type Said =
  | { readonly statement: Statement }
  | { readonly confirmed: Confirmed }
  | { readonly handOver: FloorHandOver };

/** What the thread is started with. */
export interface NamingThreadData {
  /** Counts for the main loop, see {@link COUNTS}. */
  readonly counts: SharedArrayBuffer;
}

/** Places in the shared counts; 32-bit integers. */
export const COUNTS = {
  /** Batches that the thread has taken. */
  taken: 0,
  /** Decisions, the last one and the longest, µs. */
  decisions: 1,
  lastMicros: 2,
  longestMicros: 3,
} as const;
export const COUNTS_BYTES = 4 * 4;
