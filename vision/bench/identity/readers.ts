import type { Point } from '@anshi/contracts';
import type { Random } from '@anshi/contracts/testing/random';
import type { Hall } from './hall.ts';
import { FPS } from './walk.ts';

/** How badges are read in a cell of the bench. */
export interface Reading {
  /** Fixes a second; 0: portals only. */
  readonly rate: number;
  /** Standard deviation of a fix along each axis, metres. */
  readonly noise: number;
}

/** A read as it leaves the reader. Seconds since the begin of the world. */
export interface Read {
  readonly badge: string;
  readonly reader: string;
  readonly provider: 'uwb' | 'rfid';
  readonly stamped: number;
  readonly arrived: number;
  readonly at: Point;
  readonly accuracy: number;
}

/** The error is alike for some seconds: share of the variance that is, and time constant. */
const BIAS = { share: 0.6, seconds: 5 };
/** Now and then a wall throws a fix off by metres, for some seconds. */
const ASTRAY = { perSecond: 0.006, seconds: 4, factor: 4 };
const MISSES = 0.15;

/**
 * Reads of all badges over time.
 *
 * @param wearer of a badge at a frame: index of the person, or null where it lies nowhere.
 */
export function readAll(
  hall: Hall,
  badges: readonly string[],
  frames: readonly Point[][],
  wearer: (badge: string, frame: number) => number | null,
  reading: Reading,
  random: Random,
): Read[] {
  const reads = badges.flatMap((badge) => {
    const place = (frame: number) => {
      const person = wearer(badge, frame);
      return person === null ? null : frames[frame]![person]!;
    };
    const own = random.of(badge);
    return reading.rate > 0
      ? fixes(hall, badge, frames.length, place, reading, own, random)
      : passages(hall, badge, frames.length, place, own, random);
  });
  return reads.sort((a, b) => a.arrived - b.arrived || (a.badge < b.badge ? -1 : 1));
}

/** Error of the clock of a reader, 1 to 4 s to either side. */
export function clockOf(reader: string, random: Random): number {
  const own = random.of(`clock ${reader}`);
  return (own.chance(0.5) ? 1 : -1) * own.between(1, 4);
}

function fixes(
  hall: Hall,
  badge: string,
  count: number,
  place: (frame: number) => Point | null,
  { rate, noise }: Reading,
  own: Random,
  world: Random,
): Read[] {
  const reads: Read[] = [];
  const keep = Math.exp(-1 / FPS / BIAS.seconds);
  const biasDeviation = noise * Math.sqrt(BIAS.share);
  const white = noise * Math.sqrt(1 - BIAS.share);
  const bias = [own.normal(biasDeviation), own.normal(biasDeviation)];
  let astray = 0;
  const offset = own.unit() / rate;
  let next = offset;
  for (let frame = 0; frame < count; frame++) {
    const second = frame / FPS;
    for (const axis of [0, 1]) {
      bias[axis] = keep * bias[axis]! + own.normal(biasDeviation * Math.sqrt(1 - keep ** 2));
    }
    astray = own.chance(ASTRAY.perSecond / FPS) ? ASTRAY.seconds : Math.max(0, astray - 1 / FPS);
    if (second < next) continue;
    next += 1 / rate;
    const at = place(frame);
    if (!at || own.chance(MISSES)) continue;
    const factor = astray > 0 ? ASTRAY.factor : 1;
    const reader = at[0] < hall.size[0] / 2 ? 'uwb-west' : 'uwb-east';
    reads.push({
      badge,
      reader,
      provider: 'uwb',
      ...times(second, reader, own, world),
      at: [
        cm(at[0] + factor * (bias[0]! + own.normal(white))),
        cm(at[1] + factor * (bias[1]! + own.normal(white))),
      ],
      accuracy: noise,
    });
  }
  return reads;
}

function passages(
  hall: Hall,
  badge: string,
  count: number,
  place: (frame: number) => Point | null,
  own: Random,
  world: Random,
): Read[] {
  const reads: Read[] = [];
  const inside = new Set<string>();
  for (let frame = 0; frame < count; frame++) {
    const at = place(frame);
    if (!at) continue;
    for (const { id, at: centre, radius } of hall.portals) {
      const isIn = Math.hypot(at[0] - centre[0], at[1] - centre[1]) < radius;
      if (!isIn) inside.delete(id);
      if (!isIn || inside.has(id)) continue;
      inside.add(id);
      if (own.chance(MISSES)) continue;
      const second = frame / FPS + own.between(0, 0.6);
      const when = times(second, id, own, world);
      reads.push({ badge, reader: id, provider: 'rfid', ...when, at: centre, accuracy: radius });
    }
  }
  return reads;
}

function times(second: number, reader: string, own: Random, world: Random) {
  const late = own.chance(0.03) ? own.between(1, 8) : 0;
  return {
    stamped: second + clockOf(reader, world),
    arrived: second + 0.1 - 0.15 * Math.log(1 - own.unit()) + late,
  };
}

const cm = (metres: number) => Math.round(100 * metres) / 100;
