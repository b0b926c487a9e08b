const TICKS_PER_MS = 90;

/**
 * Which RTP timestamp a picture of one run of ffmpeg has. The capture command gives the first packet
 * time 0, so that its timestamp is the number from which the run counts; the others have the time of
 * their picture, in the same stream time as the analysed pictures.
 */
export class RtpTimeline {
  #first: number | null = null;
  #isRunning = false;

  /** The next packet is the first one of a new run. */
  restart(): void {
    this.#first = null;
    this.#isRunning = false;
  }

  /**
   * Takes the timestamp of each packet, in order.
   *
   * @returns whether it is the first one with a time of its own: what follows the first picture, which
   *   has time 0 whatever its own is.
   */
  take(timestamp: number): boolean {
    this.#first ??= timestamp;
    if (this.#isRunning || timestamp === this.#first) return false;
    this.#isRunning = true;
    return true;
  }

  /**
   * @param ptsMs stream time of a picture, milliseconds.
   * @returns its RTP timestamp as ffmpeg sends it; null until the second picture of the run was sent.
   */
  timestampOf(ptsMs: number): number | null {
    if (this.#first === null || !this.#isRunning) return null;
    return (this.#first + Math.round(ptsMs * TICKS_PER_MS)) >>> 0;
  }
}
