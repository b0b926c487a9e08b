/** A share of sums with its 95 % interval; null where the denominator is 0. */
export interface Share {
  readonly value: number | null;
  /** Null where fewer than {@link LEAST_PICTURES} pictures count. */
  readonly low: number | null;
  readonly high: number | null;
  /** The denominator: the people that the share is of. */
  readonly of: number;
}

/** From fewer pictures an interval would say more than is known. */
export const LEAST_PICTURES = 5;

/** Of each side, for an interval of 95 %. */
const TAIL = 0.025;

/**
 * Bootstrap over pictures (Efron 1979): people of one picture share its light, distance and camera, so
 * whole pictures are drawn and not people. Each set is drawn from by itself. All intervals come from
 * the same draws; the same seed gives the same draws of a set, whatever other sets there are.
 */
export class PictureBootstrap {
  /** How often each picture was drawn: one row for each resample. */
  readonly #drawn: readonly Uint16Array[];

  /**
   * @param sets name and number of pictures of each set, in the order in which pictures are numbered.
   * @param resamples how often all pictures are drawn.
   */
  constructor(
    sets: readonly { readonly name: string; readonly pictures: number }[],
    resamples: number,
    seed: number,
  ) {
    const whole = sets.reduce((sum, { pictures }) => sum + pictures, 0);
    this.#drawn = Array.from({ length: resamples }, () => new Uint16Array(whole));
    let first = 0;
    for (const { name, pictures } of sets) {
      const random = seededRandom(seed ^ hashOf(name));
      for (const row of this.#drawn) {
        for (let i = 0; i < pictures; i++) row[first + Math.floor(random() * pictures)]!++;
      }
      first += pictures;
    }
  }

  /**
   * The share of two sums over pictures with its percentile interval. Where it is exactly 0 or 1, no
   * draw differs from it; the bound is then that of Clopper and Pearson (1934) with one trial for each
   * picture.
   *
   * @param part numerator of each picture, at most its denominator.
   * @param whole denominator of each picture.
   */
  share(part: readonly number[], whole: readonly number[]): Share {
    const counted = [...whole.keys()].filter((i) => whole[i]! > 0);
    const sumOf = (values: readonly number[]) => counted.reduce((sum, i) => sum + values[i]!, 0);
    const of = sumOf(whole);
    if (of === 0) return { value: null, low: null, high: null, of };
    const value = sumOf(part) / of;
    if (counted.length < LEAST_PICTURES) return { value, low: null, high: null, of };
    const bound = TAIL ** (1 / counted.length);
    if (value === 1) return { value, low: bound, high: 1, of };
    if (value === 0) return { value, low: 0, high: 1 - bound, of };
    const values: number[] = [];
    for (const row of this.#drawn) {
      let [above, below] = [0, 0];
      for (const i of counted) {
        above += row[i]! * part[i]!;
        below += row[i]! * whole[i]!;
      }
      if (below > 0) values.push(above / below);
    }
    values.sort((a, b) => a - b);
    return { value, low: quantile(values, TAIL), high: quantile(values, 1 - TAIL), of };
  }
}

/** Linear between neighbours; null without values. */
function quantile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null;
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  return low + (sorted[Math.ceil(at)]! - low) * (at % 1);
}

/** 32 bits of a text (FNV-1a). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const unit of text) hash = Math.imul(hash ^ unit.codePointAt(0)!, 0x01000193);
  return hash >>> 0;
}

/** Numbers in 0 to 1, the same for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
