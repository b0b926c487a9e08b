/*
 * Badges that behave as no worn badge does, from samples of where badges are. Pure: no clock, no chance, no I/O.
 * A swap of two badges out of view moves each of them as a worn badge moves: nothing here can see it.
 */

export const oddKinds = ['together', 'still', 'unbound'] as const;
export type OddKind = (typeof oddKinds)[number];

/** Where a badge is, in metres on its plan. */
export interface Placed {
  readonly badge: string;
  readonly plan: string;
  /** Of its fix, ms. */
  readonly at: number;
  readonly x: number;
  readonly y: number;
  /** Standard deviation of the fix, metres. */
  readonly deviation: number;
  /** `none`: it was handed in, or never given out. */
  readonly wearer: 'active' | 'none';
  /** By the settings of its site, ms; 0 does not look for it. */
  readonly stillMs: number;
  readonly togetherMs: number;
}

export interface Odd {
  readonly badge: string;
  readonly kind: OddKind;
  /** The other badge of two that move as one; null else. */
  readonly about: string | null;
  /** Since when, ms. */
  readonly since: number;
}

/** Fixes of two badges are compared where they are not farther apart in time, ms. */
const SAME_TIME_MS = 2_000;
/** Beside the noise of the fix, a worn badge that is still moves at least so much, metres. */
const STILL_METRES = 0.3;
/** Two that move as one are so near to each other beside their noise, metres: both on one body. */
const BODY_METRES = 0.3;
/** A way between two places has at least this length, metres; so many of them make two badges one way. */
const LEG_METRES = 5;
const LEAST_LEGS = 4;
const LEAST_SAMPLES = 12;
/** So many samples in turn have to be outside before it is no longer so. */
const OUTSIDE = 2;

interface Track {
  last: Placed;
  /** Where it has been since `since`: the mean of `n` samples. */
  x: number;
  y: number;
  n: number;
  since: number;
  outside: number;
}
interface Pair {
  since: number;
  squares: number;
  n: number;
  legs: number;
  anchor: readonly [number, number];
  outside: number;
  /** Squared noise of the distance, summed. */
  noise: number;
}

/** Follows badges from sample to sample. */
export class OddBadges {
  readonly #tracks = new Map<string, Track>();
  readonly #pairs = new Map<string, Pair>();

  /**
   * Takes the next sample of all badges; in the order of time.
   *
   * @returns what is odd now, and which badges moved since the last place in which they were still.
   */
  add(sample: readonly Placed[]): { odd: Odd[]; moved: Set<string> } {
    const fresh = sample.filter((one) => (this.#tracks.get(one.badge)?.last.at ?? -1) < one.at);
    const moved = new Set<string>();
    for (const one of fresh) if (this.#follow(one)) moved.add(one.badge);
    const odd = [...this.#together(fresh)];
    for (const { last, since, n } of this.#tracks.values()) {
      const { badge, wearer, stillMs } = last;
      const found = (kind: OddKind, from: number) =>
        odd.push({ badge, kind, about: null, since: from });
      // One that lies in the drawer is no matter.
      if (wearer === 'none' && moved.has(badge)) found('unbound', last.at);
      const isStill = stillMs > 0 && n >= LEAST_SAMPLES && last.at - since >= stillMs;
      if (wearer === 'active' && isStill) found('still', since);
    }
    return { odd, moved };
  }

  /** Forgets badges that are not followed any more. */
  keepOnly(badges: ReadonlySet<string>): void {
    for (const badge of this.#tracks.keys()) if (!badges.has(badge)) this.#tracks.delete(badge);
    for (const key of this.#pairs.keys()) {
      if (!key.split('\n').every((badge) => badges.has(badge))) this.#pairs.delete(key);
    }
  }

  /** @returns whether it left the place where it was. */
  #follow(one: Placed): boolean {
    const track = this.#tracks.get(one.badge);
    if (!track || track.last.plan !== one.plan) {
      this.#tracks.set(one.badge, startOf(one));
      return false;
    }
    track.last = one;
    if (Math.hypot(one.x - track.x, one.y - track.y) > 3 * one.deviation + STILL_METRES) {
      track.outside++;
      if (track.outside < OUTSIDE) return false;
      this.#tracks.set(one.badge, startOf(one));
      return true;
    }
    track.outside = 0;
    track.n++;
    track.x += (one.x - track.x) / track.n;
    track.y += (one.y - track.y) / track.n;
    return false;
  }

  *#together(sample: readonly Placed[]): Generator<Odd> {
    for (const [a, b] of pairsNear(sample)) this.#begin(a, b);
    const of = new Map(sample.map((one) => [one.badge, one]));
    for (const [key, pair] of this.#pairs) {
      const [first = '', second = ''] = key.split('\n');
      const [a, b] = [of.get(first), of.get(second)];
      if (!a || !b || Math.abs(a.at - b.at) > SAME_TIME_MS) continue;
      if (a.plan !== b.plan || !isNear(a, b)) {
        pair.outside++;
        if (pair.outside >= OUTSIDE) this.#pairs.delete(key);
        continue;
      }
      pair.outside = 0;
      pair.n++;
      pair.squares += (a.x - b.x) ** 2 + (a.y - b.y) ** 2;
      pair.noise += 2 * (a.deviation ** 2 + b.deviation ** 2);
      const middle = [(a.x + b.x) / 2, (a.y + b.y) / 2] as const;
      if (Math.hypot(middle[0] - pair.anchor[0], middle[1] - pair.anchor[1]) >= LEG_METRES) {
        pair.legs++;
        pair.anchor = middle;
      }
      const least = Math.max(a.togetherMs, b.togetherMs);
      const lasts = Math.max(a.at, b.at) - pair.since;
      const isOne = pair.squares <= pair.noise * 1.2 + pair.n * BODY_METRES ** 2;
      if (least === 0 || lasts < least || pair.legs < LEAST_LEGS || pair.n < LEAST_SAMPLES)
        continue;
      if (!isOne || a.wearer === 'none' || b.wearer === 'none') continue;
      yield { badge: first, kind: 'together', about: second, since: pair.since };
      yield { badge: second, kind: 'together', about: first, since: pair.since };
    }
  }

  #begin(a: Placed, b: Placed): void {
    const key = [a.badge, b.badge].sort().join('\n');
    if (this.#pairs.has(key)) return;
    const anchor = [(a.x + b.x) / 2, (a.y + b.y) / 2] as const;
    const since = Math.max(a.at, b.at);
    this.#pairs.set(key, { since, squares: 0, n: 0, legs: 0, anchor, outside: 0, noise: 0 });
  }
}

const startOf = (one: Placed): Track => ({
  last: one,
  x: one.x,
  y: one.y,
  n: 1,
  since: one.at,
  outside: 0,
});

const isNear = (a: Placed, b: Placed): boolean =>
  Math.hypot(a.x - b.x, a.y - b.y) <= BODY_METRES + 4 * Math.hypot(a.deviation, b.deviation);

/** Pairs of badges that are near to each other now; each with those that follow it by x. */
function* pairsNear(sample: readonly Placed[]): Generator<[Placed, Placed]> {
  const sorted = [...sample].sort((a, b) => a.x - b.x);
  const widest = Math.max(0, ...sample.map(({ deviation }) => deviation));
  const reach = BODY_METRES + 4 * Math.SQRT2 * widest;
  for (const [n, a] of sorted.entries()) {
    for (let m = n + 1; m < sorted.length && (sorted[m] as Placed).x - a.x <= reach; m++) {
      const b = sorted[m] as Placed;
      if (a.plan === b.plan && Math.abs(a.at - b.at) <= SAME_TIME_MS && isNear(a, b)) yield [a, b];
    }
  }
}
