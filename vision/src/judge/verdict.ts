import type {
  Box,
  CameraRule,
  CrossingDirection,
  PathPoint,
  Point,
  Severity,
  ViolationArming,
  ViolationSubject,
  ViolationWhy,
} from '@anshi/contracts';

/**
 * The evidence of a rule has held long enough: one record is due. Times in ms of the stream clock.
 */
export interface ConfirmedVerdict {
  readonly type: 'confirmed';
  /**
   * ULID of the record. Its random part is a digest of the episode, so that the same observations
   * give the same identifier and the receiver recognises a repeated one.
   */
  readonly violation: string;
  readonly rule: CameraRule;
  readonly ruleId: string;
  readonly severity: Severity;
  readonly zone: string | null;
  readonly line: string | null;
  readonly direction: CrossingDirection | null;
  readonly startedAt: number;
  readonly confirmedAt: number;
  readonly confidence: number;
  /** The item that is missing; null for rules other than `missing-ppe`. */
  readonly item: string | null;
  readonly subject: ViolationSubject;
  /** The judge's person, over several tracks; null for a zone or machine. */
  readonly actor: string | null;
  /**
   * Tracks of the actor, oldest first; the last one is that of `box`. For a zone or a machine, those of
   * the people in the zone.
   */
  readonly tracks: readonly string[];
  /** Box at `confirmedAt`, in pixels of the camera's `picture`; null for a zone or a machine. */
  readonly box: Box | null;
  /** Foot point in metres of the floor plan; null where the camera is not calibrated. */
  readonly floor: Point | null;
  /** Foot points of the actor in the last 5 s, oldest first; empty where the camera is not calibrated. */
  readonly path: readonly PathPoint[];
  /** What armed the rule; null for one that always applies. */
  readonly arming: ViolationArming | null;
  /** Why it was confirmed. */
  readonly why: Omit<ViolationWhy, 'configuration'>;
}

/** The evidence of a confirmed record has ended. Times in ms of the stream clock. */
export interface EndedVerdict {
  readonly type: 'ended';
  readonly violation: string;
  readonly rule: CameraRule;
  readonly ruleId: string;
  /** The track named in the record; null for one of a zone or a machine. */
  readonly track: string | null;
  /** When the evidence was last seen. */
  readonly endedAt: number;
}

/** Where the actor of a confirmed record went in the seconds after it. */
export interface FollowedVerdict {
  readonly type: 'followed';
  readonly violation: string;
  /** Foot points after `confirmedAt`, oldest first; at least one. */
  readonly path: readonly PathPoint[];
}

export type Verdict = ConfirmedVerdict | EndedVerdict | FollowedVerdict;
