/** ffmpeg's own timeout catches a silent connection first; this one catches the rest. */
const AFTER_FFMPEG_MS = 2_000;
/**
 * Limit for the first picture: process start, connection, stream description, first key frame. Many
 * cameras that start at once on a busy machine need it; restarting each after the stall limit would
 * add to the load.
 */
const FIRST_PICTURE_MS = 45_000;
const TICK_MS = 1_000;

/**
 * Detects a stream without pictures. It counts its own ticks and not the clock: after a blocked
 * event loop, the clock would show a pause before the pictures that arrived in it are read.
 */
export class StallWatch {
  readonly #timer: NodeJS.Timeout;
  readonly #tickMs: number;
  readonly #stallMs: number;
  #silentMs = 0;
  #limitMs: number;

  /**
   * @param stallMs time without pictures, after the first one, that is a stall.
   * @param onSilent called when a limit is passed, and again with each tick until stopped.
   */
  constructor(stallMs: number, onSilent: () => void) {
    this.#stallMs = stallMs + AFTER_FFMPEG_MS;
    this.#limitMs = Math.max(FIRST_PICTURE_MS, this.#stallMs);
    this.#tickMs = Math.min(TICK_MS, stallMs / 4);
    this.#timer = setInterval(() => {
      this.#silentMs += this.#tickMs;
      if (this.#silentMs > this.#limitMs) onSilent();
    }, this.#tickMs);
  }

  /** A picture has arrived. */
  picture(): void {
    this.#silentMs = 0;
    this.#limitMs = this.#stallMs;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
