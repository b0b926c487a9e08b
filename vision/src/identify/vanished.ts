import type { Point } from '@anshi/contracts';
import { Doubt } from './doubt.ts';
import type { IdentifySettings } from './settings.ts';

/** Speed at which a person who is not seen may walk, metres a second. */
export const WALK = 1.5;

/** Tracks that are not seen any more: a new one near the end of one of them may be the same person. */
export class Vanished {
  readonly #settings: IdentifySettings;
  #tracks: { camera: string; doubt: Doubt; at: number; floor: Point }[] = [];

  constructor(settings: IdentifySettings) {
    this.#settings = settings;
  }

  /** @param doubt whom the track may have been. */
  add(camera: string, doubt: Doubt, at: number, floor: Point): void {
    this.#tracks = this.#tracks.filter((one) => one.at > at - this.#settings.comesOutMs);
    if (!doubt.isEmpty) this.#tracks.push({ camera, doubt, at, floor });
  }

  /** Candidates for a new track; undefined where no track ended nearby just before. */
  near(camera: string, at: number, [x, y]: Point): Doubt | undefined {
    const { comesOutMs, comesOutMetres } = this.#settings;
    const near = this.#tracks.filter((one) => {
      const ms = at - one.at;
      const metres = Math.hypot(x - one.floor[0], y - one.floor[1]);
      const isNow = ms >= 0 && ms < comesOutMs;
      return one.camera === camera && isNow && metres <= comesOutMetres + (WALK * ms) / 1000;
    });
    if (near.length === 0) return undefined;
    const doubt = new Doubt();
    for (const one of near) doubt.takeFrom(one.doubt);
    // It may as well be one who has just come into the picture.
    doubt.open();
    return doubt;
  }
}
