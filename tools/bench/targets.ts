/** What the product promises, and what a bench is judged by where nobody names another target. */
export const TARGETS = {
  /** Cameras that two cores hold where people are in the picture, and where nobody is. */
  busyCameras: 8,
  emptyCameras: 20,
  /** From the event in the picture to the committed row, milliseconds. */
  latencyP95Ms: 500,
} as const;

/** A bench was asked for something that cannot be judged. */
export class TargetError extends Error {}

/**
 * The target of a run: the one that was asked for, else the product's own.
 *
 * @param asked the text of `--target`.
 * @throws TargetError where it is not a number above 0.
 */
export function targetOf(asked: string | undefined, own: number): number {
  if (asked === undefined) return own;
  const target = Number(asked);
  if (!(target > 0)) throw new TargetError(`--target ${asked}: it must be a number above 0`);
  return target;
}

/** Whether a search for the most cameras reached its target. */
export function camerasHold(held: number, target: number): boolean {
  return held >= target;
}

/**
 * Whether the latency holds: enough violations were measured, and their 95th percentile is within
 * the target. A run without a violation proves nothing.
 */
export function latencyHolds(run: {
  readonly measured: number;
  readonly wanted: number;
  readonly p95Ms: number;
  readonly targetMs: number;
}): boolean {
  const { measured, wanted, p95Ms, targetMs } = run;
  return measured > 0 && measured >= wanted && p95Ms <= targetMs;
}
