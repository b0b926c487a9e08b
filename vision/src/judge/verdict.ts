import type {
  Box,
  CrossingDirection,
  MachineSeen,
  Point,
  Severity,
  ViolationRule,
} from '@anshi/contracts';

/** The evidence of a rule has held for long enough: one record is due. Times in ms of the stream clock. */
export interface ConfirmedVerdict {
  readonly type: 'confirmed';
  /**
   * ULID of the record. Its random part is a digest of the episode, so that the same observations
   * give the same identifier and a repeated one is recognised by whoever stores it.
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
  /** Of the person at `confirmedAt`, in pixels of the camera's `picture`. */
  readonly box: Box;
  /** Foot point in metres of the floor plan; null where the camera is not calibrated. */
  readonly floor: Point | null;
  /** What the machine that the rule asks for was doing; null where it asks for none. */
  readonly machine: MachineSeen | null;
}

/** The evidence of a confirmed record is gone. Times in ms of the stream clock. */
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
