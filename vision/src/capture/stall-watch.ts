/** ffmpeg's own limit comes first where a connection is silent; this one catches the rest. */
const AFTER_FFMPEG_MS = 2_000;
/**
 * A stream may take so long to its first picture: process, connection, description, first key
 * picture. Many cameras that start at once on a busy machine need it; ended after the time of a
 * stall, each would start anew and add to the load.
 */
const FIRST_PICTURE_MS = 45_000;
const TICK_MS = 1_000;

/**
 * Tells when a stream has given no picture for too long. It counts its own ticks and not the clock:
 * a process that was itself held up would otherwise take its own pause for one of the camera,
 * before it reads the pictures that came meanwhile.
 */
export class StallWatch {
  readonly #timer: NodeJS.Timeout;
  readonly #tickMs: number;
  readonly #stallMs: number;
  #silentMs = 0;
  #limitMs: number;

  /**
   * @param stallMs silence after the first picture that is a stall.
   * @param onSilent called when a limit is passed, and again with each tick until it is stopped.
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

  /** A picture has come. */
  picture(): void {
    this.#silentMs = 0;
    this.#limitMs = this.#stallMs;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
