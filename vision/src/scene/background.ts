import { agreement, changedShare, REGIONS, type Signature } from './signature.ts';

/** Regions with a lower deviation of their cells show nothing that could be found again. */
const TEXTURED = 3;
/** From this correlation on, a region shows the same. */
const SAME = 0.5;
/** So long the first background is the plain mean, milliseconds. */
const LEARN_MS = 8_000;
/** Afterwards it follows the scene with this time constant: light of the day, moved things. */
const FOLLOW_MS = 300_000;
/** The lowest share of changed points, forgotten with this time constant. */
const QUIET_MS = 60_000;

/** How a picture compares with the background. */
export interface Comparison {
  /** Share of the textured regions that show the same. */
  readonly kept: number;
  /** Regions of the background that show something at all. */
  readonly textured: number;
  /** Coarse gradients, over those of the background. */
  readonly coarse: number;
  /** Fine over coarse, over the same of the background: falls where the picture is out of focus. */
  readonly focus: number;
  /**
   * Fine gradients over the contrast of the cells, over the same of the background: less light takes
   * both away, a lens out of focus the first only.
   */
  readonly sharpness: number;
}

/** What the camera usually shows: a slow mean of its signatures. */
export class Background {
  #cells: Float32Array | undefined;
  #fine = new Float32Array(REGIONS);
  #coarse = new Float32Array(REGIONS);
  #since = 0;
  #at = 0;
  #count = 0;
  /** The share of points that change from one look to the next where little moves. */
  #quiet = 1;

  /** Whether it was looked at for long enough to compare with. */
  get isKnown(): boolean {
    return this.#count >= 4 && this.#at - this.#since >= LEARN_MS;
  }

  get quiet(): number {
    return this.#quiet;
  }

  forget(): void {
    this.#cells = undefined;
    this.#count = 0;
    this.#quiet = 1;
  }

  /** @param at milliseconds. @param before the last signature. */
  learn(now: Signature, at: number, before: Signature | undefined): void {
    if (!this.#cells) {
      this.#cells = now.cells.slice();
      this.#fine.set(now.fine);
      this.#coarse.set(now.coarse);
      this.#since = at;
      this.#at = at;
      this.#count = 1;
      return;
    }
    const pause = Math.max(0, at - this.#at);
    this.#count++;
    const share = this.isKnown ? 1 - Math.exp(-pause / FOLLOW_MS) : 1 / this.#count;
    mix(this.#cells, now.cells, share);
    mix(this.#fine, now.fine, share);
    mix(this.#coarse, now.coarse, share);
    if (before) {
      const changed = changedShare(now, before);
      // The lowest comes at once, a higher one slowly.
      if (changed < this.#quiet) this.#quiet += (changed - this.#quiet) * 0.25;
      else this.#quiet += (changed - this.#quiet) * (1 - Math.exp(-pause / QUIET_MS));
    }
    this.#at = at;
  }

  compare(now: Signature): Comparison {
    const cells = this.#cells;
    if (!cells) return { kept: 1, textured: 0, coarse: 1, focus: 1, sharpness: 1 };
    let textured = 0;
    let kept = 0;
    let fine = 0;
    let coarse = 0;
    let fineBefore = 0;
    let coarseBefore = 0;
    let contrast = 0;
    let contrastBefore = 0;
    for (let region = 0; region < REGIONS; region++) {
      fine += now.fine[region]!;
      coarse += now.coarse[region]!;
      fineBefore += this.#fine[region]!;
      coarseBefore += this.#coarse[region]!;
      const { before, now: deviation, correlation } = agreement(cells, now.cells, region);
      contrast += deviation;
      contrastBefore += before;
      if (before < TEXTURED) continue;
      textured++;
      if (correlation >= SAME) kept++;
    }
    const ratio = (a: number, b: number) => (b <= 0 ? 1 : a / b);
    return {
      kept: textured === 0 ? 1 : kept / textured,
      textured,
      coarse: ratio(coarse, coarseBefore),
      focus: ratio(ratio(fine, coarse), ratio(fineBefore, coarseBefore)),
      sharpness: ratio(ratio(fine, contrast), ratio(fineBefore, contrastBefore)),
    };
  }
}

function mix(into: Float32Array, from: Float32Array, share: number): void {
  for (let n = 0; n < into.length; n++) into[n]! += (from[n]! - into[n]!) * share;
}
