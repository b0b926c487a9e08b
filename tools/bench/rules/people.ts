import type { Point } from '@anshi/contracts';
import type { Random } from '@anshi/contracts/testing/random';
import type { Area } from './view.ts';

/** A person of a scene: where they are at each moment, metres on the floor, and what they wear. */
export interface Person {
  readonly id: string;
  /** ms of the scene. */
  readonly from: number;
  readonly to: number;
  readonly helmet: boolean;
  at(ms: number): { place: Point; speed: number };
}

/** A leg of a way: to a place at a speed, and a stay there. */
interface Leg {
  readonly to: Point;
  readonly speed: number;
  readonly stayMs: number;
}

/** Outside of the picture, at every depth of the floor. */
const WEST = -7;
const EAST = 23;

/** Makes people who walk through a scene. */
export class Walkers {
  readonly #random: Random;
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Through the picture from side to side, at a depth that stays about the same. */
  passer(from: number, south: number, north: number, isRunning = false): Person {
    const { between } = this.#random;
    const speed = isRunning ? between(4, 5) : between(0.9, 1.7);
    const y = between(south, north);
    const [begin, end] = this.#sides();
    const to: Point = [end, Math.max(south, Math.min(north, y + between(-0.5, 0.5)))];
    return this.#walk(from, [begin, y], [{ to, speed, stayMs: 0 }]);
  }

  /** Into an area, to a spot well inside it, and out again after a time. */
  visitor(from: number, area: Area, stayMs: number, spot = this.spotIn(area)): Person {
    const { between } = this.#random;
    const [begin, end] = this.#sides();
    const speed = between(1, 1.6);
    return this.#walk(
      from,
      [begin, spot[1]],
      [
        { to: spot, speed, stayMs },
        { to: [end, spot[1] + between(-0.3, 0.3)], speed, stayMs: 0 },
      ],
    );
  }

  spotIn([west, south, east, north]: Area, margin = 0.6): Point {
    const { between } = this.#random;
    return [between(west + margin, east - margin), between(south + margin, north - margin)];
  }

  #sides(): [number, number] {
    const begin = this.#random.chance(0.5) ? WEST : EAST;
    return [begin, this.#random.chance(0.5) ? WEST : EAST];
  }

  #walk(from: number, start: Point, legs: readonly Leg[]): Person {
    const { between, chance } = this.#random;
    const stops: { at: number; place: Point; speed: number }[] = [
      { at: from, place: start, speed: 0 },
    ];
    for (const { to, speed, stayMs } of legs) {
      const last = stops.at(-1)!;
      const far = Math.hypot(to[0] - last.place[0], to[1] - last.place[1]);
      const there = last.at + (1000 * far) / speed;
      stops.push({ at: there, place: to, speed });
      if (stayMs > 0) stops.push({ at: there + stayMs, place: to, speed: 0 });
    }
    // Who stands shifts a little.
    const phase = between(0, 6);
    const sway = between(0.02, 0.12);
    return {
      id: `P${++this.#count}`,
      from,
      to: stops.at(-1)!.at,
      helmet: chance(0.75),
      at(ms) {
        const next = stops.findIndex(({ at }) => at >= ms);
        const b = stops[Math.max(1, next)] ?? stops.at(-1)!;
        const a = stops[Math.max(1, next) - 1]!;
        const share = Math.min(1, Math.max(0, (ms - a.at) / Math.max(1, b.at - a.at)));
        const s = ms / 1000;
        const [dx, dy] =
          b.speed === 0 ? [sway * Math.sin(s / 3 + phase), sway * Math.cos(s / 5 + phase)] : [0, 0];
        return {
          place: [
            a.place[0] + share * (b.place[0] - a.place[0]) + dx,
            a.place[1] + share * (b.place[1] - a.place[1]) + dy,
          ],
          speed: b.speed,
        };
      },
    };
  }
}
