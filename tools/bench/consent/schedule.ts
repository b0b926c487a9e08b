import { randomOf } from '@anshi/contracts/testing/random';

export const purposes = ['badge-tracking', 'video-identity'] as const;
export type Purpose = (typeof purposes)[number];

/** One withdrawal of a person, and the agreement after it. */
export interface Cycle {
  readonly purpose: Purpose;
  /** From the agreement until it is withdrawn, and from there until the next one, ms. */
  readonly agreedMs: number;
  readonly withdrawnMs: number;
}

/** The agreement is long enough for the time after it in which nothing is told (6 s), and then some. */
const AGREED_MS = [8_000, 14_000] as const;
const WITHDRAWN_MS = [1_500, 6_000] as const;

/** The cycles of a person within a time. The same seed gives the same ones. */
export function cyclesOf(seed: string, person: number, seconds: number): Cycle[] {
  const random = randomOf(`${seed}/${person}`);
  const cycles: Cycle[] = [];
  let at = 0;
  while (at < seconds * 1000) {
    const cycle = {
      purpose: random.pick(purposes),
      agreedMs: Math.round(random.between(...AGREED_MS)),
      withdrawnMs: Math.round(random.between(...WITHDRAWN_MS)),
    };
    cycles.push(cycle);
    at += cycle.agreedMs + cycle.withdrawnMs;
  }
  return cycles;
}
