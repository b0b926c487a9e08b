import type { DetectedBox } from '@anshi/contracts';
import { drawFrame, drawLabel, filmColours } from './draw.ts';
import { mapBox, type Rect, type Size } from './geometry.ts';

/** A box as the API gives it: tuples have become arrays. */
type AnyBox = Omit<DetectedBox, 'box'> & { box: readonly number[] };

/** Words of the models for what is worn; the rest is drawn as it comes. */
function partState(label: string): { colour: string; text: string | null } {
  const word = label.toLowerCase();
  if (/^(no|without|missing)[-_ ]|^head$/.test(word))
    return { colour: filmColours.violation, text: label };
  if (/helmet|hat|vest/.test(word)) return { colour: filmColours.compliant, text: label };
  return { colour: filmColours.unknown, text: null };
}

/** One box of a clip's side file; the one that the violation is about stands out. */
export function drawClipBox(
  ctx: CanvasRenderingContext2D,
  box: AnyBox & { track: string | null },
  about: boolean,
  picture: Size,
  shown: Rect,
): void {
  const r = mapBox(box.box, picture, shown);
  if (about) {
    drawFrame(ctx, r, filmColours.violation, true);
    drawLabel(
      ctx,
      `#${shortTrack(box.track)}`,
      r.x - 1,
      Math.max(shown.y + 18, r.y - 3),
      filmColours.violation,
    );
    return;
  }
  drawFrame(ctx, r, partState(box.label).colour, false);
}

function shortTrack(track: string | null): string {
  if (track === null) return '';
  return track.length > 6 ? track.slice(-4) : track;
}

/** The snapshot's own boxes, and the frame of the person that the violation is about. */
export function drawSnapshotBoxes(
  ctx: CanvasRenderingContext2D,
  boxes: readonly AnyBox[],
  about: readonly number[],
  label: string,
  picture: Size,
  shown: Rect,
): void {
  for (const box of boxes) {
    const r = mapBox(box.box, picture, shown);
    const same = box.box.every((value, i) => Math.abs(value - (about[i] ?? 0)) < 2);
    if (!same) drawFrame(ctx, r, partState(box.label).colour, false);
  }
  const r = mapBox(about, picture, shown);
  drawFrame(ctx, r, filmColours.violation, true);
  drawLabel(
    ctx,
    label,
    Math.max(shown.x, r.x - 1),
    Math.max(shown.y + 18, r.y - 3),
    filmColours.violation,
  );
}
