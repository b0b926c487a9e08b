import type {
  Box,
  CrossingDirection,
  MachineSeen,
  Point,
  Severity,
  ViolationRule,
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
  readonly rule: ViolationRule;
  readonly ruleId: string;
  readonly severity: Severity;
  readonly zone: string | null;
  readonly line: string | null;
  readonly direction: CrossingDirection | null;
  readonly startedAt: number;
  readonly confirmedAt: number;
  readonly confidence: number;
  readonly track: string;
  /** Box of the person at `confirmedAt`, in pixels of the camera's `picture`. */
  readonly box: Box;
  /** Foot point in metres of the floor plan; null where the camera is not calibrated. */
  readonly floor: Point | null;
  /** State of the rule's machine; null for a rule without one. */
  readonly machine: MachineSeen | null;
}

/** The evidence of a confirmed record has ended. Times in ms of the stream clock. */
export interface EndedVerdict {
  readonly type: 'ended';
  readonly violation: string;
  readonly rule: ViolationRule;
  readonly ruleId: string;
  readonly track: string;
  /** When the evidence was last seen. */
  readonly endedAt: number;
}

export type Verdict = ConfirmedVerdict | EndedVerdict;
