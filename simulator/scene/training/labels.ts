import type { PixelBox, WorkerTruth } from '../types.ts';

/** The classes of a data set of rendered pictures, in the order of their numbers. */
export const CLASSES = ['person', 'helmet', 'head', 'vest', 'no_vest'] as const;

/** People and parts with a smaller visible share are not labelled. */
const LEAST_VISIBLE = { person: 0.3, part: 0.5 };
const LEAST_PIXELS = 4;

/**
 * The lines of a YOLO label file: class, centre x, centre y, width and height as shares of the
 * picture.
 */
export function labelLines(
  workers: readonly WorkerTruth[],
  width: number,
  height: number,
): string[] {
  const lines: string[] = [];
  const add = (label: (typeof CLASSES)[number], box: PixelBox | null) => {
    if (!box) return;
    const left = Math.max(0, box[0]);
    const top = Math.max(0, box[1]);
    const right = Math.min(width, box[2]);
    const bottom = Math.min(height, box[3]);
    if (right - left < LEAST_PIXELS || bottom - top < LEAST_PIXELS) return;
    const shares = [
      (left + right) / 2 / width,
      (top + bottom) / 2 / height,
      (right - left) / width,
      (bottom - top) / height,
    ];
    lines.push(`${CLASSES.indexOf(label)} ${shares.map((share) => share.toFixed(5)).join(' ')}`);
  };
  for (const { visible, visibleBox, parts = [] } of workers) {
    if (visible < LEAST_VISIBLE.person) continue;
    add('person', visibleBox);
    for (const part of parts) if (part.visible >= LEAST_VISIBLE.part) add(part.label, part.box);
  }
  return lines;
}
