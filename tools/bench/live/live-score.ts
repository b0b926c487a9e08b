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
  /** Pointer and key presses that the pages got. */
  readonly clicks: number;
  /** Shares of frames that the analysis left out: without viewers, and with all of them. */
  readonly dropped: { readonly without: number; readonly with: number };
}

export interface LiveTargets {
  readonly glassP95Ms: number;
  readonly firstFrameP95Ms: number;
  readonly recoveryMs: number;
  /** By so much viewers may raise the share of frames that the analysis leaves out. */
  readonly droppedRise: number;
}

/** Which targets a run missed, in words; none where it met all. */
export function liveMisses(run: LiveRun, targets: LiveTargets): string[] {
  const { asked, engines, viewers, delays, firstFrames, recoveries, clicks, dropped } = run;
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
  if (clicks > 0) misses.push(`${clicks} clicks: pictures are to come back without`);
  const rise = dropped.with - dropped.without;
  if (!(rise <= targets.droppedRise)) {
    misses.push(
      `the analysis leaves out ${dropped.with} of its frames with viewers and ${dropped.without} without: more than ${targets.droppedRise} apart`,
    );
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
