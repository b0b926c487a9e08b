/** How often the video is looked at, ms. */
export const LOOK_EVERY_MS = 250;
/** Without another frame for this long the picture counts as standing, ms: the slowest cameras send one a second. */
const STANDS_MS = 2_500;
/** It is opened again, ms. A connection that is cut is found dead by the browser after some 5 s. */
const STALLED_MS = 7_000;
/** The page did not run between two looks that are further apart: it was hidden, or the computer slept, ms. */
const PAUSED_MS = 3_000;

/** `standsForMs` is null while frames come. */
export interface FrameLook {
  standsForMs: number | null;
  isStalled: boolean;
}

/** Finds out from looks at a live picture whether its frames go on. */
export class FrameWatch {
  #frame: number | null = null;
  #changedAt = 0;
  /** Since then the picture was not opened again. */
  #openedAt = 0;
  #lookedAt = 0;

  /** Another picture, or none: nothing of before says anything of it. */
  restart(): void {
    this.#frame = null;
  }

  /**
   * @param frame a number that is another one with each frame.
   * @param now milliseconds since some moment.
   */
  look(frame: number, now: number): FrameLook {
    const isNew = this.#frame === null || frame !== this.#frame;
    if (isNew || now - this.#lookedAt > PAUSED_MS) this.#changedAt = this.#openedAt = now;
    this.#frame = frame;
    this.#lookedAt = now;
    const ms = now - this.#changedAt;
    const isStalled = now - this.#openedAt >= STALLED_MS;
    if (isStalled) this.#openedAt = now;
    return { standsForMs: ms >= STANDS_MS ? ms : null, isStalled };
  }
}
