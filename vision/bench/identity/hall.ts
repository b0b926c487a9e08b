import type { Point } from '@anshi/contracts';

/** A machine as a block that hides people, metres. */
export interface Machine {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
  readonly height: number;
}

/** Where a person works, beside a machine. */
export interface Post {
  readonly at: Point;
  /** The aisle that leads to it, by its y. */
  readonly aisle: number;
}

export interface Portal {
  readonly id: string;
  readonly at: Point;
  /** Metres. */
  readonly radius: number;
}

export interface Hall {
  readonly size: readonly [number, number];
  readonly machines: readonly Machine[];
  readonly posts: readonly Post[];
  /** Aisles along x by their y, and the cross aisles by their x. */
  readonly aisles: readonly number[];
  readonly crossings: readonly number[];
  readonly portals: readonly Portal[];
}

const MACHINE = { long: 3, deep: 1.4, height: 0.9 };
const AISLE = 3.4;
const CROSSING = 3;

/** Rows of machines with aisles between them, large enough for so many people. */
export function hallFor(people: number): Hall {
  const size: [number, number] = people <= 5 ? [18, 12] : people <= 20 ? [32, 22] : [50, 34];
  const [width, depth] = size;
  const aisles: number[] = [];
  for (let y = AISLE / 2; y < depth; y += AISLE + MACHINE.deep) aisles.push(y);
  const crossings: number[] = [];
  const block = 2 * MACHINE.long + 1 + CROSSING;
  for (let x = CROSSING / 2; x < width; x += block) crossings.push(x);
  const machines: Machine[] = [];
  const posts: Post[] = [];
  for (const [row, aisle] of aisles.slice(0, -1).entries()) {
    for (const crossing of crossings) {
      for (const place of [0, 1]) {
        const west = crossing + CROSSING / 2 + place * (MACHINE.long + 1);
        if (west + MACHINE.long > width - 0.5) continue;
        const south = aisle + AISLE / 2;
        const north = south + MACHINE.deep;
        const east = west + MACHINE.long;
        machines.push({ west, south, east, north, height: MACHINE.height });
        posts.push({ at: [(west + east) / 2, south - 0.7], aisle });
        posts.push({ at: [(west + east) / 2, north + 0.7], aisle: aisles[row + 1]! });
      }
    }
  }
  // Where aisles and cross aisles meet, every second one.
  const portals: Portal[] = [];
  aisles.forEach((y, row) => {
    crossings.forEach((x, column) => {
      if ((row + column) % 2 === 0)
        portals.push({ id: `portal-${row}-${column}`, at: [x, y], radius: 1.5 });
    });
  });
  return { size, machines, posts, aisles, crossings, portals };
}
