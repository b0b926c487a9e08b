/** Longer without a turn, and this process was not listening, ms. */
const LATE_MS = 3_000;
/** A clock that goes off by more was set, ms. */
const STEP_MS = 1_000;
const EVERY_MS = 1_000;

/**
 * Since when this process hears workers and can write what they say: silence before that, while the
 * database was away, the process stood still or its clock was set, is not that of a worker.
 */
export interface Listening {
  /** ms since the epoch; null while it does not. */
  readonly since: number | null;
  /** A worker was heard. */
  heard(): void;
  /** What a worker said could not be written. */
  lost(): void;
  close(): void;
}

/** @param ping throws where the database is away. */
export function createListening(
  ping: () => Promise<void>,
  now: () => number = Date.now,
  monotonic: () => number = () => performance.now(),
): Listening {
  let since: number | null = null;
  let last = { wall: now(), real: monotonic() };
  const look = () => {
    const at = { wall: now(), real: monotonic() };
    const passed = at.real - last.real;
    const isSet = Math.abs(at.wall - last.wall - passed) > STEP_MS;
    last = at;
    if (since !== null && (passed > LATE_MS || isSet)) since = at.wall;
  };
  const timer = setInterval(() => {
    look();
    ping().catch(() => {
      since = null;
    });
  }, EVERY_MS).unref();
  return {
    get since() {
      return since;
    },
    heard() {
      look();
      since ??= now();
    },
    lost() {
      since = null;
    },
    close: () => clearInterval(timer),
  };
}
