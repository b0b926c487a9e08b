import type { ViolationRow } from './api-client.ts';
import { type ClipTruth, clipTruth } from './clips.ts';

/**
 * One round of a looping clip: its mount started at `begin` (wall time, ms), its length is
 * `duration` s.
 */
export interface LoopClock {
  begin: number;
  duration: number;
}

/** Intersection over union of two boxes. */
function iou(a: readonly number[], b: readonly number[]): number {
  const side = (i: number) => Math.max(0, Math.min(a[i + 2]!, b[i + 2]!) - Math.max(a[i]!, b[i]!));
  const both = side(0) * side(1);
  const area = (c: readonly number[]) => (c[2]! - c[0]!) * (c[3]! - c[1]!);
  return both / (area(a) + area(b) - both);
}

/**
 * The worker of a rendered clip that a violation is about, and the round of the loop in which it
 * was confirmed; undefined for a zone or a machine, and where nobody of the clip is there.
 */
export function whoAndWhen(row: ViolationRow, clip: string, loop: LoopClock): string | undefined {
  const { box } = row;
  if (!box) return undefined;
  const truth: ClipTruth = clipTruth(clip);
  const elapsed = (new Date(row.confirmedAt).getTime() - loop.begin) / 1000;
  const round = Math.floor(elapsed / loop.duration);
  const time = elapsed - round * loop.duration;
  // The stream clock may differ from the simulator's by a few frames.
  const near = truth.frames.filter((frame) => Math.abs(frame.t - time) < 0.7);
  const matches = near.flatMap((frame) =>
    frame.workers.map((worker) => ({ id: worker.id, overlap: iou(worker.box, box) })),
  );
  const best = matches.sort((a, b) => b.overlap - a.overlap)[0];
  return best && best.overlap > 0.3 ? `${best.id} in round ${round}` : undefined;
}
