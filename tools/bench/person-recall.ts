import type { Box } from '@anshi/contracts';
import { intersection, iou } from '../../vision/src/boxes.ts';
import type { ClipTruth } from './queue-truth.ts';

/** What was observed in one frame; boxes in pixels of the truth's picture. */
export interface SeenFrame {
  /** Exposure, milliseconds since the epoch. */
  readonly at: number;
  readonly people: readonly Box[];
}

/** A camera that shows a clip round after round. */
export interface ClipCamera {
  readonly truth: ClipTruth;
  /** Length of a round as it is sent, seconds. */
  readonly loop: number;
  /** Where in a round the clip was at `span.from`, seconds. */
  readonly phase: number;
  /** In order of time. */
  readonly seen: readonly SeenFrame[];
}

/** A person counts where so much of the box is in the picture and so much of the person is visible. */
const LEAST_IN_FRAME = 0.5;
const LEAST_VISIBLE = 0.5;
/** Smaller people are not counted: the card of the model does not vouch for them, pixels. */
const LEAST_HEIGHT = 50;
/** A frame may be off the moment in which it was due by this part of an interval: cameras do not begin together. */
const REACH = 0.8;
/** Least IoU of a true and an observed box of the same person. */
const SAME_PERSON = 0.3;

/**
 * Of the people that the truth shows in each frame that was due, the share that was observed. A due frame that
 * was not analysed counts as one in which no person was found: people who are not looked at are missed.
 *
 * @param span.from, span.to milliseconds since the epoch.
 * @param fps due frames a second.
 */
export function personRecall(
  cameras: readonly ClipCamera[],
  span: { readonly from: number; readonly to: number },
  fps: number,
): { readonly people: number; readonly found: number } {
  let people = 0;
  let found = 0;
  const interval = 1000 / fps;
  for (const camera of cameras) {
    const left = new Set(camera.seen);
    for (let due = span.from + interval / 2; due < span.to; due += interval) {
      const frame = nearest(left, due, REACH * interval);
      if (frame) left.delete(frame);
      const there = visibleAt(camera, ((frame?.at ?? due) - span.from) / 1000);
      people += there.length;
      if (frame) found += matched(there, frame.people);
    }
  }
  return { people, found };
}

/** Each frame answers for one due frame, that nearest to it. */
function nearest(seen: ReadonlySet<SeenFrame>, at: number, within: number): SeenFrame | undefined {
  let best: SeenFrame | undefined;
  for (const frame of seen) {
    const off = Math.abs(frame.at - at);
    if (off <= within && (!best || off < Math.abs(best.at - at))) best = frame;
  }
  return best;
}

/** @param seconds since the begin of the span. @returns the boxes of the people to be found then. */
function visibleAt({ truth, loop, phase }: ClipCamera, seconds: number): Box[] {
  const t = (((phase + seconds) % loop) + loop) % loop;
  const index = Math.min(truth.frames.length - 1, Math.round(t * truth.fps));
  const picture: Box = [0, 0, truth.width, truth.height];
  return truth.frames[index]!.workers.flatMap(({ inFrame, visible, box }) => {
    if (inFrame < LEAST_IN_FRAME || visible < LEAST_VISIBLE) return [];
    const inside = intersection(box, picture);
    return inside && inside[3] - inside[1] >= LEAST_HEIGHT ? [inside] : [];
  });
}

/** How many of the true boxes have an observed one of their own. */
function matched(there: readonly Box[], seen: readonly Box[]): number {
  const pairs = there
    .flatMap((truth, t) => seen.map((box, s) => ({ t, s, overlap: iou(truth, box) })))
    .filter(({ overlap }) => overlap >= SAME_PERSON)
    .sort((a, b) => b.overlap - a.overlap);
  const taken = { t: new Set<number>(), s: new Set<number>() };
  for (const { t, s } of pairs) {
    if (taken.t.has(t) || taken.s.has(s)) continue;
    taken.t.add(t);
    taken.s.add(s);
  }
  return taken.t.size;
}
