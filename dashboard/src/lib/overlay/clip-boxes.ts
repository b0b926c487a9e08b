import type { ClipBoxes } from '@anshi/contracts';

type Frame = ClipBoxes['frames'][number];
export type ClipBox = Frame['boxes'][number];

/** The tracks of the clip's subject, oldest first; files of before version 2 of the contract name one. */
export const tracksOf = (clip: Pick<ClipBoxes, 'tracks'> | { track: string }): readonly string[] =>
  'tracks' in clip ? clip.tracks : [clip.track];

/** How long a box is held after its frame, seconds. */
const longestGap = 0.6;

/** Index of the last frame at or before `t`, -1 if none. */
function frameBefore(frames: readonly Frame[], t: number): number {
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle]?.t ?? 0) <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function between(a: readonly number[], b: readonly number[], share: number): ClipBox['box'] {
  const at = (i: number): number => (a[i] ?? 0) + ((b[i] ?? 0) - (a[i] ?? 0)) * share;
  return [at(0), at(1), at(2), at(3)];
}

/**
 * The boxes at a time of the clip. The analysis has a lower frame rate than the video, so the box
 * of a track in both neighbouring frames is interpolated linearly.
 */
export function boxesAt(clip: ClipBoxes, t: number): ClipBox[] {
  const index = frameBefore(clip.frames, t + 1e-6);
  const frame = clip.frames[index];
  if (!frame || t - frame.t > longestGap) return [];
  const next = clip.frames[index + 1];
  if (!next || next.t - frame.t > longestGap) return frame.boxes;
  const share = (t - frame.t) / (next.t - frame.t);
  return frame.boxes.map((box) => {
    const later =
      box.track === null
        ? undefined
        : next.boxes.find((other) => other.track === box.track && other.label === box.label);
    return later ? { ...box, box: between(box.box, later.box, share) } : box;
  });
}
