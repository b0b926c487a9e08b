import { quantile } from '../result.ts';
import type { ShownFrame } from './in-page.ts';

/** From the time drawn into each frame to the time at which it was shown, ms. */
export const glassToGlass = (frames: readonly ShownFrame[]): number[] =>
  frames.map(([at, stamp]) => at - stamp);

/**
 * From a fault until every viewer is shown a frame that was taken after it, ms; null where one is not.
 *
 * @param viewers what each was shown since the fault.
 */
export function recoveryMs(
  viewers: readonly (readonly ShownFrame[])[],
  faultAt: number,
): number | null {
  const back = viewers.map((frames) => frames.find(([, stamp]) => stamp >= faultAt)?.[0]);
  if (back.length === 0 || back.some((at) => at === undefined)) return null;
  return Math.max(...back.map((at) => (at ?? 0) - faultAt));
}

/** A fault, and how long it took; null where a viewer stayed without a picture. */
export interface Recovery {
  readonly what: string;
  readonly ms: number | null;
}

export interface LiveRun {
  /** The engine that was asked for, and those that sent pictures. */
  readonly asked: string;
  readonly engines: readonly string[];
  readonly viewers: number;
  /** Of all viewers, outside faults. */
  readonly delays: readonly number[];
  /** From asking for the view to its first frame, ms; null where there was none. */
  readonly firstFrames: readonly (number | null)[];
  readonly recoveries: readonly Recovery[];
}

export interface LiveTargets {
  readonly glassP95Ms: number;
  readonly firstFrameP95Ms: number;
  readonly recoveryMs: number;
}

/** Which targets a run missed, in words; none where it met all. */
export function liveMisses(run: LiveRun, targets: LiveTargets): string[] {
  const { asked, engines, viewers, delays, firstFrames, recoveries } = run;
  const glass = quantile(delays, 0.95);
  const seen = firstFrames.filter((ms) => ms !== null);
  const first = quantile(seen, 0.95);
  const misses: string[] = [];
  const others = [...new Set(engines.filter((engine) => engine !== asked))];
  if (engines.length === 0 || others.length > 0) {
    misses.push(`${others.join(', ') || 'nothing'} sent pictures, asked was ${asked}`);
  }
  // Five a second can be read; fewer than one a second of each viewer is no picture that moves.
  if (delays.length < viewers * 10) misses.push(`only ${delays.length} frames could be read`);
  else if (glass > targets.glassP95Ms) {
    misses.push(`glass to glass ${glass} ms (p95), the target is ${targets.glassP95Ms} ms`);
  }
  if (seen.length < firstFrames.length || seen.length === 0) {
    misses.push(`${firstFrames.length - seen.length} views without a picture`);
  }
  if (first > targets.firstFrameP95Ms) {
    misses.push(`first frame after ${first} ms (p95), the target is ${targets.firstFrameP95Ms} ms`);
  }
  if (recoveries.length === 0) misses.push('no fault was made');
  for (const { what, ms } of recoveries) {
    if (ms === null) misses.push(`${what}: a viewer stayed without a picture`);
    else if (ms > targets.recoveryMs) {
      misses.push(`${what}: pictures again after ${ms} ms, the target is ${targets.recoveryMs} ms`);
    }
  }
  return misses;
}
