import type { DetectOptions } from '../detect/detect-options.ts';
import { StillCheck } from '../detect/still-check.ts';
import type { Detection, FrameDetections } from '../frame.ts';

/**
 * The models run at least this often, milliseconds: a person who has come without a block of the
 * picture changing, or whom they did not find at first, is looked for again.
 */
const MAX_REST_MS = 1000;

/**
 * Lets the models of a camera rest while nobody is in sight and nothing moves: most cameras of a
 * plant show an empty place most of the time. A person who stands still is tracked, so the models run
 * in every frame.
 */
export class EmptyScene {
  #memory: SharedArrayBuffer | undefined;
  #size = '';
  /** When the models last ran, and found nobody; stream clock. */
  #emptyAt: number | undefined;
  /** The first of the last frames in which nothing moved; stream clock. */
  #since: number | undefined;
  /** What they found beside people, picture pixels. */
  #parts: readonly Detection[] = [];

  /** Since when nothing has moved, stream clock; undefined where it did in the last frame. */
  get since(): number | undefined {
    return this.#since;
  }

  /** A frame was left out whose picture the threads may have remembered: what moved in it is not known. */
  disturbed(): void {
    this.#since = undefined;
  }

  /**
   * For a frame in which no person is tracked.
   *
   * @param isSearching whether a tile is to be searched in this frame, for which the models run.
   */
  options(
    { at, width, height }: { readonly at: number; readonly width: number; readonly height: number },
    isSearching: boolean,
  ): DetectOptions['rest'] {
    const size = `${width}x${height}`;
    if (this.#memory === undefined || this.#size !== size) {
      this.#memory = StillCheck.create(width, height);
      this.#size = size;
      this.#emptyAt = undefined;
      this.#since = undefined;
    }
    const rested = this.#emptyAt === undefined ? Number.POSITIVE_INFINITY : at - this.#emptyAt;
    // Before the last empty frame is after the clock was set back.
    const allowed = !isSearching && rested >= 0 && rested < MAX_REST_MS;
    return { memory: this.#memory, allowed };
  }

  /**
   * Takes the result of a frame.
   *
   * @returns what was found beside people: in a frame without models, that of the frame before.
   */
  parts(
    at: number,
    { rested, still }: FrameDetections,
    seen: { readonly isEmpty: boolean; readonly parts: Detection[] },
  ): Detection[] {
    const isUnchanged = still === true && at >= (this.#since ?? at);
    this.#since = isUnchanged ? (this.#since ?? at) : undefined;
    if (rested) return [...this.#parts];
    this.#emptyAt = seen.isEmpty ? at : undefined;
    this.#parts = seen.parts;
    return seen.parts;
  }
}
