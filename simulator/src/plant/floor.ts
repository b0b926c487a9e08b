import type { Point } from '@anshi/contracts';
import type { ClipTruth } from './truth.ts';

/**
 * A larger disagreement of two clips about a worker means that they show different floors, metres.
 */
const MAX_DISAGREEMENT = 0.5;

/** A worker's path over one loop: positions at ascending times. */
interface Way {
  times: number[];
  places: Point[];
}

/** A worker's crossing of a line of the floor. */
export interface Passage {
  worker: string;
  line: string;
  /** Seconds in the loop. */
  time: number;
}

/**
 * The events on one floor plan during a loop: the workers, lines and machines of all its clips.
 * Floor frame: metres, x east, y north.
 */
export class Floor {
  readonly floorPlan: string;
  /** Loop duration in seconds, that of the longest clip; all mounts of this floor keep to it. */
  readonly duration: number;
  readonly lines: ReadonlyMap<string, { from: Point; to: Point }>;
  readonly machines: ReadonlyMap<string, Point[]>;
  /** Sorted by time. */
  readonly passages: readonly Passage[];
  /** Inconsistencies of the clips, as sentences. */
  readonly warnings: readonly string[];
  readonly #ways: ReadonlyMap<string, Way>;

  constructor(floorPlan: string, truths: readonly ClipTruth[]) {
    this.floorPlan = floorPlan;
    this.duration = Math.max(...truths.map((truth) => truth.duration));
    this.lines = new Map(truths.flatMap((truth) => truth.lines.map((line) => [line.id, line])));
    this.machines = new Map(
      truths.flatMap((truth) => truth.machines.map(({ id, cell }) => [id, cell])),
    );
    const warnings: string[] = [];
    const ways = new Map<string, Way>();
    for (const truth of truths) {
      for (const [id, way] of waysOf(truth)) merge(ways, id, way, truth.clip, warnings);
      if (this.duration - truth.duration > 2 / truth.fps) {
        const pause = (this.duration - truth.duration).toFixed(1);
        warnings.push(`clip ${truth.clip} is shorter than its floor's loop, it pauses ${pause} s`);
      }
    }
    this.warnings = warnings;
    this.#ways = ways;
    this.passages = [...ways].flatMap(([worker, way]) => this.#passagesOf(worker, way));
    this.passages = [...this.passages].sort((a, b) => a.time - b.time);
  }

  get workers(): string[] {
    return [...this.#ways.keys()];
  }

  /** Position of a worker at a time of the loop; null where no clip shows them then. */
  positionAt(worker: string, time: number): Point | null {
    const way = this.#ways.get(worker);
    return way ? placeAt(way, time) : null;
  }

  /** Whether a worker is inside a machine's cell at a time of the loop. */
  isCellOccupied(machine: string, time: number): boolean {
    const cell = this.machines.get(machine);
    if (!cell) return false;
    return this.workers.some((worker) => {
      const place = this.positionAt(worker, time);
      return place !== null && isInside(place, cell);
    });
  }

  #passagesOf(worker: string, { times, places }: Way): Passage[] {
    const passages: Passage[] = [];
    for (let i = 1; i < times.length; i++) {
      const [before, after] = [places[i - 1]!, places[i]!];
      for (const [line, { from, to }] of this.lines) {
        if (crosses(before, after, from, to)) passages.push({ worker, line, time: times[i]! });
      }
    }
    return passages;
  }
}

/** Groups truths by floor plan. */
export function toFloors(truths: readonly ClipTruth[]): Map<string, Floor> {
  const plans = new Set(truths.map((truth) => truth.floorPlan));
  const floors = [...plans].map((plan) => {
    return [
      plan,
      new Floor(
        plan,
        truths.filter((truth) => truth.floorPlan === plan),
      ),
    ] as const;
  });
  return new Map(floors);
}

function waysOf(truth: ClipTruth): Map<string, Way> {
  const ways = new Map<string, Way>();
  for (const { t, workers } of truth.frames) {
    for (const { id, floor } of workers) {
      const way = ways.get(id) ?? { times: [], places: [] };
      way.times.push(t);
      way.places.push(floor);
      ways.set(id, way);
    }
  }
  return ways;
}

/** Keeps the longer of two paths of one worker, which agree where the clips show the same floor. */
function merge(ways: Map<string, Way>, id: string, way: Way, clip: string, warnings: string[]) {
  const known = ways.get(id);
  if (known) {
    const apart = way.times.map((time, i) => {
      const place = placeAt(known, time);
      return place ? Math.hypot(place[0] - way.places[i]![0], place[1] - way.places[i]![1]) : 0;
    });
    const most = Math.max(...apart);
    if (most > MAX_DISAGREEMENT) {
      warnings.push(`clip ${clip} shows worker ${id} up to ${most.toFixed(1)} m from elsewhere`);
    }
  }
  if (!known || way.times.length > known.times.length) ways.set(id, way);
}

/** Interpolates linearly between frames; the last frame holds until the loop's end. */
function placeAt({ times, places }: Way, time: number): Point | null {
  const first = times[0];
  const last = times.at(-1);
  if (first === undefined || last === undefined || time < first) return null;
  if (time >= last) return places.at(-1)!;
  let [low, high] = [0, times.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle;
    else high = middle;
  }
  const share = (time - times[low]!) / (times[high]! - times[low]!);
  const [from, to] = [places[low]!, places[high]!];
  return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
}

/** Twice the signed area of the triangle: positive where c is left of a to b. */
const side = (a: Point, b: Point, c: Point): number =>
  (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** Whether the step from a to b crosses the line; its end points count for one side only. */
export function crosses(a: Point, b: Point, from: Point, to: Point): boolean {
  const changesSide = side(from, to, a) > 0 !== side(from, to, b) > 0;
  return changesSide && side(a, b, from) > 0 !== side(a, b, to) > 0;
}

/** Even-odd rule. */
export function isInside([x, y]: Point, polygon: readonly Point[]): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [polygon[i]!, polygon[j]!];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
