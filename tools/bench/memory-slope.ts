import { readFileSync } from 'node:fs';
import { processesBelow } from './cpu.ts';

/** How much memory a process had. */
export interface MemorySample {
  /** Its id: one that was started again has another. */
  readonly pid: number;
  readonly seconds: number;
  readonly mib: number;
}

/** Growth in MiB an hour, with its 95 % interval. */
export interface MemorySlope {
  readonly slope: number;
  readonly low: number;
  readonly high: number;
}

/** A process fills its caches first. */
const WARM_UP_SECONDS = 120;
/** The connections of the database fill their caches of tables and plans in this time after a start. */
export const DATABASE_WARM_UP_SECONDS = 600;
/** Neighbouring samples are nearly the same: of so many seconds, their mean is one. */
const BIN_SECONDS = 30;
const SECONDS_AN_HOUR = 3600;

/**
 * Least squares over all lives of a process: one slope, and a level for each life. What a process had
 * while it warmed up does not count.
 *
 * @param warmUpSeconds after each start, left out.
 * @returns null where there is too little to tell.
 */
export function memorySlope(
  samples: readonly MemorySample[],
  warmUpSeconds = WARM_UP_SECONDS,
): MemorySlope | null {
  const lives = [...new Set(samples.map(({ pid }) => pid))]
    .map((pid) => {
      const life = samples.filter((one) => one.pid === pid);
      return binned(life, warmUpSeconds);
    })
    .filter((points) => points.length >= 3);
  const points = lives.flatMap((life) => {
    const mean = (of: (point: Point) => number) =>
      life.reduce((sum, point) => sum + of(point), 0) / life.length;
    const [t, mib] = [mean((point) => point.t), mean((point) => point.mib)];
    return life.map((point) => ({ t: point.t - t, mib: point.mib - mib }));
  });
  const freedom = points.length - lives.length - 1;
  if (freedom < 1) return null;
  const squares = points.reduce((sum, { t }) => sum + t * t, 0);
  const slope = points.reduce((sum, { t, mib }) => sum + t * mib, 0) / squares;
  const rest = points.reduce((sum, { t, mib }) => sum + (mib - slope * t) ** 2, 0);
  const half = t975(freedom) * Math.sqrt(rest / freedom / squares);
  return { slope, low: slope - half, high: slope + half };
}

interface Point {
  /** Hours. */
  readonly t: number;
  readonly mib: number;
}

function binned(life: readonly MemorySample[], warmUpSeconds: number): Point[] {
  const begin = Math.min(...life.map(({ seconds }) => seconds)) + warmUpSeconds;
  const bins = new Map<number, number[]>();
  for (const { seconds, mib } of life) {
    if (seconds < begin) continue;
    const bin = Math.floor((seconds - begin) / BIN_SECONDS);
    bins.set(bin, [...(bins.get(bin) ?? []), mib]);
  }
  return [...bins].map(([bin, of]) => ({
    t: (begin + (bin + 0.5) * BIN_SECONDS) / SECONDS_AN_HOUR,
    mib: of.reduce((sum, mib) => sum + mib, 0) / of.length,
  }));
}

/** The 97.5 % quantile of Student's t, by the expansion in 1/freedom; within 3 % from 3 on. */
function t975(freedom: number): number {
  const z = 1.959964;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
}

/**
 * Memory of a process, MiB; Linux only. What several processes share counts in none of a tree.
 *
 * @param isTree also of the processes below it: what is theirs alone.
 * @returns null where it is gone.
 */
export function memoryOf(pid: number, isTree = false): number | null {
  if (!isTree) return fieldOf(pid, 'VmRSS');
  const own = fieldOf(pid, 'RssAnon');
  if (own === null) return null;
  return processesBelow(pid).reduce((sum, one) => sum + (fieldOf(one.pid, 'RssAnon') ?? 0), own);
}

function fieldOf(pid: number, name: string): number | null {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
    return kib === undefined ? null : Number(kib) / 1024;
  } catch {
    return null;
  }
}
