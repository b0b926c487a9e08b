import type { StillBlur } from '../blur/still-blur.ts';
import type { SmallPicture } from '../health/small-picture.ts';

/** A still is given again for so long, ms: many who open a wall at once cost one. */
const FRESH_MS = 10_000;
/** Later the first frame of the video is there, ms. */
const WITHIN_MS = 4_000;
/** More at once are not there in time, and would keep stills of diagnoses and outages waiting. */
const MOST_AT_ONCE = 3;

/** The newest picture of a camera with blurred faces, or null where there is none in time. */
export interface LiveStill {
  /** Exposure, RFC 3339. */
  readonly at: string | null;
  /** A JPEG, base64. */
  readonly jpeg: string | null;
}
const NONE: LiveStill = { at: null, jpeg: null };

/** What stands in a tile until the first frame of its video. */
export class LiveStills {
  readonly #blur: Pick<StillBlur, 'make'>;
  readonly #made = new Map<string, { still: Promise<LiveStill>; madeAt: number }>();
  #running = 0;

  constructor(blur: Pick<StillBlur, 'make'>) {
    this.#blur = blur;
  }

  /**
   * @param picture the newest one, with faces; null before the first.
   * @param model the detector of the camera.
   * @param now milliseconds that no change of the clock touches.
   */
  of(
    camera: string,
    picture: SmallPicture | null,
    model: string,
    now = performance.now(),
  ): Promise<LiveStill> {
    const before = this.#made.get(camera);
    if (before && now - before.madeAt < FRESH_MS) return before.still;
    if (!picture || this.#running >= MOST_AT_ONCE) return Promise.resolve(NONE);
    const still = this.#make(picture, model);
    this.#made.set(camera, { still, madeAt: now });
    void still.then(({ jpeg }) => {
      // A still that failed is requested again by the next view.
      if (jpeg === null && this.#made.get(camera)?.still === still) this.#made.delete(camera);
    });
    return still;
  }

  async #make(picture: SmallPicture, model: string): Promise<LiveStill> {
    this.#running++;
    try {
      const { jpeg } = await this.#blur.make({ picture, boxes: picture.boxes, model }, WITHIN_MS);
      if (!jpeg) return NONE;
      return { at: new Date(picture.at).toISOString(), jpeg: jpeg.toString('base64') };
    } finally {
      this.#running--;
    }
  }
}
