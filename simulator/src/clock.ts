/**
 * The common time of all mounts, badges and machines: seconds since the simulator's epoch. It uses
 * the monotonic clock, so that a jump of the wall clock does not affect streams and badges.
 */
export interface Clock {
  /** Seconds since the epoch. */
  elapsed(): number;
  /** The wall time of an elapsed time, milliseconds since 1970. */
  wallAt(elapsed: number): number;
}

/**
 * @param monotonic milliseconds that never jump; tests pass their own.
 * @param wall milliseconds since 1970.
 * @param rounds the epoch is the last time at which the wall clock was `second` past a multiple of `every`, in
 *   seconds; left out: now.
 */
export function createClock(
  monotonic = () => performance.now(),
  wall = () => Date.now(),
  rounds?: { every: number; second: number },
): Clock {
  const since = rounds ? (wall() - rounds.second * 1000) % (rounds.every * 1000) : 0;
  const start = monotonic() - since;
  const elapsed = () => (monotonic() - start) / 1000;
  return { elapsed, wallAt: (at) => wall() + (at - elapsed()) * 1000 };
}

/** A time within a loop: the round, and the seconds into it. */
export interface LoopTime {
  round: number;
  time: number;
}

/**
 * The position of a looping clip of `duration` seconds at `elapsed` seconds; `0 <= time <
 * duration`, also for times before the epoch.
 */
export function loopTime(elapsed: number, duration: number): LoopTime {
  const round = Math.floor(elapsed / duration);
  const time = Math.max(0, elapsed - round * duration);
  // Rounding may give `duration` itself just before a seam.
  return time >= duration ? { round: round + 1, time: 0 } : { round, time };
}
