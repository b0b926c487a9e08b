import type { Violation } from '$lib/api/types.ts';

export type Why = NonNullable<Violation['why']>;

/** A time in which it held, did not, or could not be told; seconds before the confirmation, negative. */
export interface WhyStretch {
  from: number;
  to: number;
  state: 'held' | 'gone' | 'unknown';
}
/** A point of the measured line: seconds, and the measured value. */
export type WhyPoint = readonly [at: number, value: number];

/** What the chart of a record shows. */
export interface WhyChart {
  from: number;
  to: number;
  stretches: WhyStretch[];
  line: WhyPoint[];
  /** Values at which thresholds are drawn. */
  thresholds: number[];
  /** The least and the largest value of the axis. */
  least: number;
  most: number;
}

/** A shorter gap between two samples is a rounding, seconds. */
const GAP = 0.02;

function stretchesOf(samples: Why['samples']): WhyStretch[] {
  const all: WhyStretch[] = [];
  for (const [from = 0, to = 0, holds] of samples) {
    const last = all.at(-1);
    if (last && from - last.to > GAP) all.push({ from: last.to, to: from, state: 'unknown' });
    all.push({ from, to, state: holds === 1 ? 'held' : 'gone' });
  }
  return all;
}

/** Time that held within the newest `seconds` of decided time, up to a moment. */
function heldBefore(stretches: readonly WhyStretch[], at: number, seconds: number): number {
  let left = seconds;
  let held = 0;
  for (const { from, to, state } of stretches.toReversed()) {
    if (state === 'unknown' || from >= at || left <= 0) continue;
    const length = Math.min(left, Math.min(to, at) - from);
    left -= length;
    if (state === 'held') held += length;
  }
  return held;
}

/**
 * The chart of why a record was made. Of evidence the line is the time that held: of the newest seconds in
 * which it could be told, or since it began. Of a crossing it is the distance to the line, pixels.
 */
export function chartOf({ measure, needed, samples }: Why): WhyChart | null {
  const first = samples[0];
  if (!first) return null;
  const from = first[0] ?? 0;
  if (measure === 'crossing') {
    const line = samples.map(([at = 0, , distance = 0]): WhyPoint => [at, distance]);
    const edge = needed.distance ?? 0;
    const reach = Math.max(edge, ...line.map(([, value]) => Math.abs(value))) * 1.1;
    return {
      from,
      to: 0,
      stretches: [],
      line,
      thresholds: [-edge, 0, edge],
      least: -reach,
      most: reach,
    };
  }
  const stretches = stretchesOf(samples);
  const window = measure === 'share' ? needed.seconds : Number.POSITIVE_INFINITY;
  const moments = new Set([from]);
  for (const one of stretches) {
    moments.add(one.to);
    // Where the oldest time leaves the window, the line bends.
    if (Number.isFinite(window)) {
      for (const bend of [one.from + window, one.to + window]) {
        if (bend > from && bend < 0) moments.add(bend);
      }
    }
  }
  const line = [...moments]
    .sort((a, b) => a - b)
    .map((at): WhyPoint => [at, heldBefore(stretches, at, window)]);
  const threshold = needed.seconds * (measure === 'share' ? (needed.share ?? 1) : 1);
  const most = Math.max(threshold, ...line.map(([, value]) => value), 0.1) * 1.15;
  return { from, to: 0, stretches, line, thresholds: [threshold], least: 0, most };
}
