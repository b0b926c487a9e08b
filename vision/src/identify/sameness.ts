import type { Point } from '@anshi/contracts';
import type { Segment } from './segment.ts';
import type { Unclear } from './segments.ts';

/** Nearer than this two segments are compared, metres. */
const NEAR = 3;
/** Errors of two calibrations against each other, metres. */
const CALIBRATION = 0.5;
const MOST_GATE = 1.6;
/** A second candidate must be further away by this factor. */
const CLEARLY = 1.4;
/** So many comparisons, one each time the names are decided. */
const LEAST = 2;
/** The same where the errors allow for more than this distance, metres: another person may be within it. */
const FAR = { gate: 1.2, least: 3 };
/** Weight of the newest comparison. */
const NEWEST = 0.2;
/** Two people that are seen within this distance may be taken for each other, metres. */
const BESIDE = 1.2;
/** Beyond the gate by this factor they are two people. */
const APART = 1.5;

interface Compared {
  readonly one: Segment;
  readonly other: Segment;
  n: number;
  /** Mean square of the distance, square metres. */
  square: number;
}

/** Which segments of different cameras are of one person, from where they are at the same time. */
export class Sameness {
  #segments: readonly Segment[] = [];
  /** By {@link keyOf}. */
  readonly #pairs = new Map<number, Compared>();

  /** Compares all segments in sight at a time that all cameras have reached, ms. */
  compare(segments: readonly Segment[], at: number): void {
    this.#segments = segments;
    const places = segments.map((segment) => segment.path.placeAt(at));
    for (const [i, one] of segments.entries()) {
      const a = places[i];
      if (!a) continue;
      for (let j = i + 1; j < segments.length; j++) {
        const other = segments[j]!;
        const b = places[j];
        if (!b || one.camera === other.camera) continue;
        const square = (a.x - b.x) ** 2 + (a.y - b.y) ** 2;
        const isFar = square > NEAR ** 2;
        const key = keyOf(one, other);
        const known = this.#pairs.get(key);
        if (known) {
          known.n++;
          known.square += (isFar ? 1 : Math.max(NEWEST, 1 / known.n)) * (square - known.square);
        } else if (!isFar) this.#pairs.set(key, { one, other, n: 1, square });
      }
    }
    for (const [key, { one, other }] of this.#pairs) {
      if (one.isClosed || other.isClosed) this.#pairs.delete(key);
    }
  }

  /**
   * Pairs that are surely of one person: near for some time, and no other one near to either of them.
   *
   * @param unclear tracks that may be of one of two people: each may be the other half of a pair.
   * @param isJoined whether two are known to be of one person.
   */
  alike(
    unclear: readonly Unclear[],
    isJoined: (one: Segment, other: Segment) => boolean,
  ): [Segment, Segment][] {
    const nearest = this.#nearest();
    const alike: [Segment, Segment][] = [];
    for (const pair of this.#pairs.values()) {
      const { one, other, n, square } = pair;
      const gate = gateOf(pair);
      if (n < (gate > FAR.gate ? FAR.least : LEAST) || square > gate ** 2) continue;
      const isClear = [`${one.number} ${other.camera}`, `${other.number} ${one.camera}`].every(
        (key) => {
          const { best, second } = nearest.get(key)!;
          return best === pair && second > CLEARLY ** 2 * square + CALIBRATION ** 2;
        },
      );
      if (!isClear || isJoined(one, other)) continue;
      if (!this.#isCrowd(pair, unclear)) alike.push([one, other]);
    }
    return alike;
  }

  /** Pairs that were near and are surely of two people. */
  get apart(): [Segment, Segment][] {
    return [...this.#pairs.values()]
      .filter((pair) => pair.n >= LEAST && pair.square > (APART * gateOf(pair)) ** 2)
      .map(({ one, other }) => [one, other]);
  }

  /** Whether a camera sees two people at the place of a pair, or one of its own cameras one who is in doubt. */
  #isCrowd({ one, other }: Compared, unclear: readonly Unclear[]): boolean {
    const x = (one.floor[0] + other.floor[0]) / 2;
    const y = (one.floor[1] + other.floor[1]) / 2;
    const counts = new Map<string, number>();
    const isNear = ([px, py]: Point) => Math.hypot(px - x, py - y) < BESIDE;
    const isOwn = (camera: string) => camera === one.camera || camera === other.camera;
    if (unclear.some(({ camera, floor }) => isOwn(camera) && isNear(floor))) return true;
    for (const { camera, floor } of this.#segments) {
      if (!isNear(floor)) continue;
      const count = (counts.get(camera) ?? 0) + 1;
      if (count > 1) return true;
      counts.set(camera, count);
    }
    return false;
  }

  /** The nearest and the second nearest of each segment in each other camera. */
  #nearest(): Map<string, { best: Compared; second: number }> {
    const nearest = new Map<string, { best: Compared; second: number }>();
    for (const pair of this.#pairs.values()) {
      for (const [from, to] of [
        [pair.one, pair.other],
        [pair.other, pair.one],
      ] as const) {
        const key = `${from.number} ${to.camera}`;
        const known = nearest.get(key);
        if (!known) nearest.set(key, { best: pair, second: Number.POSITIVE_INFINITY });
        else if (pair.square < known.best.square) {
          nearest.set(key, { best: pair, second: known.best.square });
        } else known.second = Math.min(known.second, pair.square);
      }
    }
    return nearest;
  }
}

/** A number, because there are many pairs and texts cost more. */
function keyOf(one: Segment, other: Segment): number {
  return one.number * 2 ** 26 + other.number;
}

/** Largest distance that two errors explain, metres. */
function gateOf({ one, other }: Compared): number {
  const error = 2 * Math.sqrt(one.variance + other.variance) + CALIBRATION;
  return Math.min(MOST_GATE, error);
}
