import type { StillBlur } from '../blur/still-blur.ts';
import { isSameScene, type SmallPicture } from '../health/small-picture.ts';

/** A still of a scene in which nothing moves is blurred again after so long, ms. */
const FRESH_MS = 10_000;
/** The caller waits no longer, ms. */
const WITHIN_MS = 4_000;
/** More at once are not there in time, and would keep stills of diagnoses and outages waiting. */
const MOST_AT_ONCE = 3;
/** An older still is not given in the place of one that cannot be made now, ms. */
const OLDEST_MS = 60_000;
/** Pictures that lie further apart do not say whether something moves now, ms. */
const APART_MS = 4_000;
/** Movement is reported to every request within this time, ms. */
const TOLD_MS = 2_000;
/** What is not asked for any more is forgotten, as of a camera that was removed, ms. */
const FORGOTTEN_MS = 120_000;

/** The newest picture of a camera with blurred faces, or null where there is none in time. */
export interface LiveStill {
  /** Exposure, RFC 3339. */
  readonly at: string | null;
  /** A JPEG, base64. */
  readonly jpeg: string | null;
  /** Whether something moved since the picture that was asked for before; null where that is not known. */
  readonly moved: boolean | null;
}

interface Made {
  /** Null where it cannot be blurred. */
  readonly jpeg: Promise<string | null>;
  readonly picture: SmallPicture;
  readonly madeAt: number;
}

interface Asked {
  readonly picture: SmallPicture;
  /** Whether the picture before was near enough to compare. */
  readonly isKnown: boolean;
  /** Exposure of the last picture that differed from the one before it, ms. */
  readonly movedAt: number;
  readonly askedAt: number;
}

/** What stands in a tile until the first frame of its video, and while nothing happens. */
export class LiveStills {
  readonly #blur: Pick<StillBlur, 'make'>;
  readonly #made = new Map<string, Made>();
  /** The picture that was asked for last, of each camera. */
  readonly #asked = new Map<string, Asked>();
  #running = 0;

  constructor(blur: Pick<StillBlur, 'make'>) {
    this.#blur = blur;
  }

  /**
   * @param picture the newest one, with faces; null before the first.
   * @param model the detector of the camera.
   * @param now milliseconds that no change of the clock touches.
   */
  async of(
    camera: string,
    picture: SmallPicture | null,
    model: string,
    now = performance.now(),
  ): Promise<LiveStill> {
    if (!picture) return { at: null, jpeg: null, moved: null };
    this.#forget(now);
    const moved = this.#movedAt(camera, picture, now);
    const before = this.#made.get(camera);
    // Many who look at a camera, and a scene in which nothing moves, cost one.
    const isSame =
      before !== undefined &&
      now - before.madeAt < FRESH_MS &&
      (before.picture.at === picture.at || isSameScene(before.picture, picture));
    if (isSame) return still(picture, await before.jpeg, moved);
    if (this.#running >= MOST_AT_ONCE) {
      if (!before || now - before.madeAt > OLDEST_MS) return { at: null, jpeg: null, moved };
      return still(before.picture, await before.jpeg, moved);
    }
    const jpeg = this.#make(picture, model);
    this.#made.set(camera, { jpeg, picture, madeAt: now });
    void jpeg.then((made) => {
      // A still that failed is requested again by the next view.
      if (made === null && this.#made.get(camera)?.jpeg === jpeg) this.#made.delete(camera);
    });
    return still(picture, await jpeg, moved);
  }

  #movedAt(camera: string, picture: SmallPicture, now: number): boolean | null {
    const before = this.#asked.get(camera);
    let { isKnown, movedAt } = before ?? { isKnown: false, movedAt: Number.NEGATIVE_INFINITY };
    if (before && before.picture.at !== picture.at) {
      isKnown = Math.abs(picture.at - before.picture.at) <= APART_MS;
      if (isKnown && !isSameScene(before.picture, picture)) movedAt = picture.at;
    }
    this.#asked.set(camera, { picture, isKnown, movedAt, askedAt: now });
    return isKnown ? Math.abs(picture.at - movedAt) <= TOLD_MS : null;
  }

  #forget(now: number): void {
    for (const [camera, { askedAt }] of this.#asked) {
      if (now - askedAt <= FORGOTTEN_MS) continue;
      this.#asked.delete(camera);
      this.#made.delete(camera);
    }
  }

  async #make(picture: SmallPicture, model: string): Promise<string | null> {
    this.#running++;
    try {
      const { jpeg } = await this.#blur.make({ picture, boxes: picture.boxes, model }, WITHIN_MS);
      return jpeg ? jpeg.toString('base64') : null;
    } finally {
      this.#running--;
    }
  }
}

const still = (picture: SmallPicture, jpeg: string | null, moved: boolean | null): LiveStill => ({
  at: jpeg === null ? null : new Date(picture.at).toISOString(),
  jpeg,
  moved,
});
