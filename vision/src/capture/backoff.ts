import type { CameraFaultCode } from '@anshi/contracts';

const PACE_SECONDS = [1, 2, 4, 8, 16, 30];
const LAST = PACE_SECONDS.length - 1;
const HEALTHY_MS = 60_000;
/** One that showed pictures for so long and then closed the stream began again: it is there, and opened soon. */
const RESTARTED_MS = 5_000;

/**
 * Reconnect delay of a camera: 1, 2, 4 … 30 s, reset after a healthy minute, or after some seconds where the
 * camera itself ended the stream, as one does that restarts. A wrong password waits 30 s at once, because many
 * cameras lock the account after a few failed logins.
 */
export class RestartPacer {
  #step = 0;

  /**
   * @param byItself false where the stream was closed here, such as one whose timestamps jumped.
   * @returns milliseconds to wait after a run that ended with `fault` and was live for `liveMs`.
   */
  next(fault: CameraFaultCode, liveMs: number, byItself: boolean): number {
    const healthyMs = fault === 'ended' && byItself ? RESTARTED_MS : HEALTHY_MS;
    if (liveMs >= healthyMs) this.#step = 0;
    const seconds = PACE_SECONDS[fault === 'unauthorized' ? LAST : this.#step]!;
    this.#step = Math.min(this.#step + 1, LAST);
    return seconds * 1000;
  }
}
