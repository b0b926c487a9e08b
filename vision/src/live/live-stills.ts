import type { StillBlur } from '../blur/still-blur.ts';
import { isSameScene, type SmallPicture } from '../health/small-picture.ts';

/** The still of an unchanged scene is renewed in the background after this time, ms. */
const FRESH_MS = 10_000;
/** A caller waits so long for a new still, ms; the API waits a little longer. A later one is kept for the next request. */
const WITHIN_MS = 600;
/** Limit of one blurring, ms. On a busy machine, where the models are loaded too, it takes many seconds. */
const LONGEST_MS = 30_000;
/** Blurrings at a time. More would keep stills of diagnoses and outages waiting. */
const MOST_AT_ONCE = 3;
/** Renewals at a time: a tile that shows nothing yet comes first. */
const MOST_RENEWALS = 2;
/** Maximum age of a still that is returned while no new one can be made, ms. */
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
  /** Base64. */
  readonly jpeg: string;
  readonly picture: SmallPicture;
  /** When its picture was asked for, ms. */
  readonly askedAt: number;
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
  /** Blurrings that run, of each camera one at most. Null where it failed. */
  readonly #running = new Map<string, Promise<Made | null>>();
  /** The picture that was asked for last, of each camera. */
  readonly #asked = new Map<string, Asked>();

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
    const age = before ? now - before.askedAt : Number.POSITIVE_INFINITY;
    const usable = before && age <= OLDEST_MS ? before : null;
    // Several viewers of a camera, and an unchanged scene, need one blurred picture. An old one is renewed in the background.
    if (usable && isSame(usable.picture, picture)) {
      if (age >= FRESH_MS && this.#running.size < MOST_RENEWALS) {
        void this.#start(camera, picture, model, now);
      }
      return shown(usable, picture, moved);
    }
    const made = await inTime(this.#start(camera, picture, model, now));
    return shown(made ?? usable, picture, moved);
  }

  /** Begins to blur a picture, unless one of the camera is being blurred. Null where too many are. */
  #start(
    camera: string,
    picture: SmallPicture,
    model: string,
    now: number,
  ): Promise<Made | null> | null {
    const running = this.#running.get(camera);
    if (running || this.#running.size >= MOST_AT_ONCE) return running ?? null;
    const made = this.#make(camera, picture, model, now).finally(() =>
      this.#running.delete(camera),
    );
    this.#running.set(camera, made);
    return made;
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

  async #make(
    camera: string,
    picture: SmallPicture,
    model: string,
    now: number,
  ): Promise<Made | null> {
    const { jpeg } = await this.#blur.make({ picture, boxes: picture.boxes, model }, LONGEST_MS);
    if (!jpeg) return null;
    const made: Made = { jpeg: jpeg.toString('base64'), picture, askedAt: now };
    if (this.#asked.has(camera)) this.#made.set(camera, made);
    return made;
  }
}

const isSame = (a: SmallPicture, b: SmallPicture) => a.at === b.at || isSameScene(a, b);

/** The answer for the newest picture. A still of the same scene has its time, any other one keeps its own. */
function shown(made: Made | null, newest: SmallPicture, moved: boolean | null): LiveStill {
  if (!made) return { at: null, jpeg: null, moved };
  const { at } = isSame(made.picture, newest) ? newest : made.picture;
  return { at: new Date(at).toISOString(), jpeg: made.jpeg, moved };
}

/** Null where nothing is there within {@link WITHIN_MS}. */
async function inTime(made: Promise<Made | null> | null): Promise<Made | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), WITHIN_MS);
  });
  try {
    return await Promise.race([made, late]);
  } finally {
    clearTimeout(timer);
  }
}
