import type { CameraHealth, OutageStill } from '@anshi/contracts';
import type { StillBlur } from '../blur/still-blur.ts';
import type { SmallPicture } from './small-picture.ts';

type Fault = OutageStill['fault'];

/** A camera that comes and goes is shown so often, milliseconds. */
const AGAIN_MS = 60_000;
/** A report does not wait for it: on a busy machine it comes later. */
const BLUR_WITHIN_MS = 80_000;
/** Stills that wait for the API; older ones are given up. */
const MOST_WAITING = 200;

/** What a camera shows at one look. */
export interface SeenCamera {
  readonly health: CameraHealth;
  /** The newest picture; null before the first one. */
  readonly last: SmallPicture | null;
  /** Name of its detector. */
  readonly model: string;
}

export interface OutageStillsOptions {
  readonly worker: string;
  readonly blur: Pick<StillBlur, 'make'>;
  /** One more waits for the API. */
  readonly onAdded: () => void;
}

/**
 * For each outage of a camera one still with blurred faces: the last picture before it was lost, or the picture in which
 * a fault was found. They wait in memory until the API has taken them.
 */
export class OutageStills {
  readonly #options: OutageStillsOptions;
  /** The faults that hold, by camera. */
  readonly #open = new Map<string, Set<Fault>>();
  /** When a still was made last, by camera and fault, on the monotonic clock. */
  readonly #made = new Map<string, number>();
  readonly #waiting: OutageStill[] = [];
  /** One after the other: a network that fails takes all of its cameras at once. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: OutageStillsOptions) {
    this.#options = options;
  }

  look(cameras: readonly SeenCamera[]): void {
    const present = new Set(cameras.map(({ health }) => health.camera));
    for (const camera of this.#open.keys()) if (!present.has(camera)) this.#open.delete(camera);
    for (const camera of cameras) this.#look(camera);
  }

  /** The oldest one that waits. */
  get oldest(): OutageStill | undefined {
    return this.#waiting[0];
  }

  /** The API has it, or will never take it. */
  done(still: OutageStill): void {
    const at = this.#waiting.indexOf(still);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  /** The outage is not on record yet: others go first. */
  later(still: OutageStill): void {
    if (!this.#waiting.includes(still)) return;
    this.done(still);
    this.#waiting.push(still);
  }

  #look(seen: SeenCamera): void {
    const { camera, state } = seen.health;
    // While it is connected again nothing is known: an outage that lasts is not another one.
    if (state === 'connecting') return;
    const before = this.#open.get(camera) ?? new Set<Fault>();
    const now = faultsOf(seen.health);
    // Without pictures nothing can be said of them: what was wrong with them goes on.
    const kept = state === 'fault' ? before : [];
    this.#open.set(camera, new Set([...kept, ...now.map(({ fault }) => fault)]));
    for (const one of now) if (!before.has(one.fault)) this.#begun(seen, one);
  }

  #begun(seen: SeenCamera, found: { fault: Fault; since: string }): void {
    const key = `${seen.health.camera} ${found.fault}`;
    const now = performance.now();
    if (now - (this.#made.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    this.#made.set(key, now);
    this.#turn = this.#turn.then(() => this.#make(seen, found));
  }

  async #make(
    { health, last, model }: SeenCamera,
    { fault, since }: { fault: Fault; since: string },
  ): Promise<void> {
    const { worker, blur, onAdded } = this.#options;
    const about = { worker, camera: health.camera, fault, since };
    if (!last) this.#add({ ...about, still: null, missing: 'no-picture' });
    else {
      const made = await blur.make({ picture: last, boxes: last.boxes, model }, BLUR_WITHIN_MS);
      const at = new Date(last.at).toISOString();
      const still = made.jpeg && { at, jpeg: made.jpeg.toString('base64') };
      this.#add({ ...about, still, missing: made.missing });
    }
    onAdded();
  }

  #add(still: OutageStill): void {
    this.#waiting.push(still);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
  }
}

function faultsOf({ state, fault, scene, at }: CameraHealth): { fault: Fault; since: string }[] {
  if (state === 'fault') return [{ fault: 'offline', since: fault?.since ?? at }];
  return state === 'live' ? scene.map((one) => ({ fault: one.fault, since: one.since })) : [];
}
