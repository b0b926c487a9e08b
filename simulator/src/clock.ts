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
 * @param every seconds: the epoch is the last whole multiple of them by the wall clock; 0: the epoch is now.
 */
export function createClock(
  monotonic = () => performance.now(),
  wall = () => Date.now(),
  every = 0,
): Clock {
  const start = monotonic() - (every > 0 ? wall() % (every * 1000) : 0);
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
