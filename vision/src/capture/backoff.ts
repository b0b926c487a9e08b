import type { CameraFaultCode } from '@anshi/contracts';

const PACE_SECONDS = [1, 2, 4, 8, 16, 30];
const LAST = PACE_SECONDS.length - 1;
const HEALTHY_MS = 60_000;

/**
 * Reconnect delay of a camera: 1, 2, 4 … 30 s, reset after a healthy minute. A wrong password waits
 * 30 s at once, because many cameras lock the account after a few failed logins.
 */
export class RestartPacer {
  #step = 0;

  /**
   * @returns milliseconds to wait after a run that ended with `fault` and was live for `liveMs`.
   */
  next(fault: CameraFaultCode, liveMs: number): number {
    if (liveMs >= HEALTHY_MS) this.#step = 0;
    const seconds = PACE_SECONDS[fault === 'unauthorized' ? LAST : this.#step]!;
    this.#step = Math.min(this.#step + 1, LAST);
    return seconds * 1000;
  }
}
