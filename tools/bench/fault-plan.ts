import { randomOf } from '@anshi/contracts/testing/random';

/** What is killed by `kill -9`; the simulator is none of it: it is the world that is watched. */
export const FAULT_KINDS = ['worker', 'ffmpeg', 'broker', 'api', 'database', 'gateway'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface PlannedFault {
  readonly kind: FaultKind;
  /** Which of several, as a share of them: 0 to below 1. */
  readonly which: number;
  /** Seconds from the moment in which all is well until it comes. */
  readonly pause: number;
  /** It comes in the middle of what the one before it broke, and not after that. */
  readonly isEarly: boolean;
}

/** The longest and the shortest pause, seconds. */
export interface Pauses {
  readonly least: number;
  readonly most: number;
}

/** One of four faults meets a system that is not well again. */
const EARLY = 0.25;
const EARLY_SECONDS = 1.5;

/**
 * Faults without end: each kind comes once before one comes again, in an order that the seed says.
 *
 * @param kinds those that there are in this run.
 */
export function* faultPlan(
  seed: string,
  pauses: Pauses,
  kinds: readonly FaultKind[] = FAULT_KINDS,
): Generator<PlannedFault, never> {
  const random = randomOf(seed);
  let isFirst = true;
  for (;;) {
    const left = [...kinds];
    while (left.length > 0) {
      const [kind] = left.splice(Math.floor(random.unit() * left.length), 1) as [FaultKind];
      const isEarly = random.chance(EARLY) && !isFirst;
      isFirst = false;
      yield {
        kind,
        which: random.unit(),
        pause: isEarly ? EARLY_SECONDS * random.unit() : random.between(pauses.least, pauses.most),
        isEarly,
      };
    }
  }
}
