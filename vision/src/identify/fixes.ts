import type { Body } from './body.ts';
import type { FixInput } from './input.ts';
import { PATH_MS } from './segment.ts';
import type { IdentifySettings } from './settings.ts';
import { type Correction, ReaderSkew } from './skew.ts';

/** Share of the radius of a portal that is its standard deviation along an axis. */
const ZONE_SHARE = 0.6;
/** Where a person was for a smaller part of the possible times, nothing is said of them. */
const LEAST_SEEN = 0.7;
/** Density of a fix that is wrong by metres, per square metre: somewhere within some 11 m. */
const ASTRAY = 1 / 400;
/** Share of fixes whose wearer is not in sight, when the clock is learnt. */
const UNSEEN = 0.3;

/** Weight of a person who is not known to wear the badge, when the clock is learnt. */
const LEAST_PART = 0.02;
/** Beyond this distance, and a run since, a fix is none of the person, metres. */
const FAR = 10;

/** What is known of a badge. */
export interface HeardBadge {
  /** Corrected time of its last fix, ms. */
  at: number;
}

/** Takes fixes, waits until the pictures have reached their time, and holds them against the people. */
export class Fixes {
  readonly #settings: IdentifySettings;
  readonly #skews = new Map<string, ReaderSkew>();
  #waiting: FixInput[] = [];
  readonly badges = new Map<string, HeardBadge>();
  /** Fixes that came so late that the paths were gone. */
  tooLate = 0;

  constructor(settings: IdentifySettings) {
    this.#settings = settings;
  }

  take(fix: FixInput): void {
    this.#skewOf(fix.reader).arrived(fix.arrivedAt - fix.at);
    this.#waiting.push(fix);
  }

  forget(badge: string): void {
    this.#waiting = this.#waiting.filter((fix) => fix.badge !== badge);
    this.badges.delete(badge);
  }

  /** Mean correction of the clock of each reader and its standard deviation, ms. */
  get clocks(): { reader: string; ms: number; deviationMs: number }[] {
    return [...this.#skews]
      .map(([reader, skew]) => ({ reader, ms: skew.meanMs, deviationMs: skew.deviationMs }))
      .sort((a, b) => (a.reader < b.reader ? -1 : 1));
  }

  /**
   * Holds all fixes whose time has come against the people in sight.
   *
   * @param reached time that the pictures have reached, ms.
   * @param worn probability that a body is the wearer of a badge, from the last decision.
   */
  settle(
    reached: number,
    bodies: readonly Body[],
    worn: (body: Body, badge: string) => number,
  ): void {
    const due: FixInput[] = [];
    const waiting: FixInput[] = [];
    for (const fix of this.#waiting) {
      const latest = this.#skewOf(fix.reader).likely.at(-1)!.ms;
      if (fix.at + latest > reached) waiting.push(fix);
      else due.push(fix);
    }
    this.#waiting = waiting;
    // By their content, so that the order of arrival does not matter.
    due.sort((a, b) => a.at - b.at || compare(a.badge, b.badge) || compare(a.reader, b.reader));
    let before: FixInput | undefined;
    for (const fix of due) {
      const isDouble =
        before?.at === fix.at && before.badge === fix.badge && before.reader === fix.reader;
      before = fix;
      if (isDouble) continue;
      const skew = this.#skewOf(fix.reader);
      const { likely } = skew;
      const at = fix.at + skew.meanMs;
      if (at < reached - PATH_MS) {
        this.tooLate++;
        continue;
      }
      const heard = this.badges.get(fix.badge);
      if (!heard || heard.at < at) this.badges.set(fix.badge, { at });
      this.#hold(fix, at, reached, likely, skew, bodies, worn);
    }
  }

  #hold(
    fix: FixInput,
    at: number,
    reached: number,
    likely: readonly Correction[],
    skew: ReaderSkew,
    bodies: readonly Body[],
    worn: (body: Body, badge: string) => number,
  ): void {
    const { accuracyFactor, leastError, outliers, correlationMs } = this.#settings;
    const own = fix.isZone
      ? Math.max(leastError, ZONE_SHARE * fix.accuracy)
      : Math.hypot(accuracyFactor * fix.accuracy, leastError);
    const bin = Math.floor(at / correlationMs);
    const mixed: number[] = likely.map(() => 0);
    let share = 0;
    const far = FAR + (2 * Math.max(0, reached - fix.at - likely[0]!.ms)) / 1000;
    const astray = outliers * ASTRAY;
    for (const body of bodies) {
      const apart = Math.hypot(fix.position[0] - body.floor[0], fix.position[1] - body.floor[1]);
      if (apart > far + 4 * own) {
        // Too far for any correction: computed once for all.
        if (!body.placeAt(at)) continue;
        body.pairWith(fix.badge).add(bin, astray, own, { at, reader: fix.reader, metres: apart });
        const part = worn(body, fix.badge) + LEAST_PART;
        share += part;
        for (let i = 0; i < mixed.length; i++) mixed[i]! += part * astray;
        continue;
      }
      let seen = 0;
      let density = 0;
      let nearest = Number.POSITIVE_INFINITY;
      let spread = 0;
      const under: number[] = [];
      for (const { ms, weight } of likely) {
        const place = body.placeAt(fix.at + ms);
        if (!place) continue;
        const variance = own ** 2 + place.variance;
        const square = (fix.position[0] - place.x) ** 2 + (fix.position[1] - place.y) ** 2;
        const fits = (1 - outliers) * heavyTailed(square, variance) + outliers * ASTRAY;
        under.push(fits);
        seen += weight;
        density += weight * fits;
        spread += weight * Math.sqrt(variance);
        nearest = Math.min(nearest, square);
      }
      if (seen < LEAST_SEEN) continue;
      const residual = { at, reader: fix.reader, metres: Math.sqrt(nearest) };
      body.pairWith(fix.badge).add(bin, density / seen, spread / seen, residual);
      if (under.length < likely.length) continue;
      // Who is not known to wear it counts a little, so that the clock is learnt before any name.
      const part = worn(body, fix.badge) + LEAST_PART;
      share += part;
      for (let i = 0; i < under.length; i++) mixed[i]! += part * under[i]!;
    }
    if (share === 0 || likely.length < 2) return;
    skew.learn(
      at,
      mixed.map((sum) => UNSEEN * ASTRAY + ((1 - UNSEEN) * sum) / share),
    );
  }

  #skewOf(reader: string): ReaderSkew {
    let skew = this.#skews.get(reader);
    if (!skew) {
      skew = new ReaderSkew();
      this.#skews.set(reader, skew);
    }
    return skew;
  }
}

/** Density of Student's t with four degrees of freedom in the plane, per square metre. */
function heavyTailed(square: number, variance: number): number {
  return 1 / (2 * Math.PI * variance * (1 + square / (4 * variance)) ** 3);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
