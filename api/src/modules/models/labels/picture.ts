import type { Box } from '@anshi/contracts';
import sharp from 'sharp';
import { clip, type Lesson } from './verdict.ts';

/** The trainer's padding grey: neutral content. */
const NOTHING = 114;
/** Number of patches per side of a pixelated face: recognisable as a face, but not as a person. */
const PATCHES = 4;
/** Maximum side in pixels; the trainer's pictures are no larger. */
const LONGEST = 640;

/** A training picture with its labels in YOLO format. */
export interface LabelledPicture {
  jpeg: Buffer;
  width: number;
  height: number;
  /** class, centre x, centre y, width, height; shares of the picture. */
  labels: { label: string; box: [number, number, number, number] }[];
  /**
   * Left, top, right and bottom of the judged person in shares of the picture. Not cut: below 0 or above 1 where the
   * person reaches out of the picture.
   */
  person: Box;
}

/**
 * Crops the labelled part, paints over unlabelled people, and pixelates faces.
 *
 * @param snapshot JPEG; if its size differs from the record, boxes are scaled.
 * @throws Error where it cannot be decoded.
 */
export async function drawLesson(
  snapshot: Buffer,
  lesson: Lesson,
  size: { width: number; height: number },
  options: { blurFaces: boolean },
): Promise<LabelledPicture> {
  const { data, info } = await sharp(snapshot, { limitInputPixels: 50_000_000 })
    .resize(size.width, size.height, { fit: 'fill' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = { data, width: info.width, height: info.height };
  for (const other of lesson.paintOut) {
    for (const part of without(other, lesson.person)) fill(pixels, part);
  }
  if (options.blurFaces) for (const face of lesson.faces) coarsen(pixels, face);
  const [left, top, right, bottom] = lesson.crop;
  const [width, height] = [right - left, bottom - top];
  const { data: jpeg, info: made } = await sharp(data, {
    raw: { width: info.width, height: info.height, channels: 3 },
  })
    .extract({ left, top, width, height })
    .resize(LONGEST, LONGEST, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
    .toBuffer({ resolveWithObject: true });
  return {
    jpeg,
    width: made.width,
    height: made.height,
    labels: lesson.labels.map(({ label, box: [x1, y1, x2, y2] }) => ({
      label,
      box: [
        ((x1 + x2) / 2 - left) / width,
        ((y1 + y2) / 2 - top) / height,
        (x2 - x1) / width,
        (y2 - y1) / height,
      ],
    })),
    person: lesson.person.map((side, i) =>
      i % 2 === 0 ? (side - left) / width : (side - top) / height,
    ) as Box,
  };
}

interface Pixels {
  data: Buffer;
  width: number;
  height: number;
}

const inPicture = ({ width, height }: Pixels, box: Box): Box => {
  const [left, top, right, bottom] = clip(box, [0, 0, width, height]);
  return [Math.floor(left), Math.floor(top), Math.ceil(right), Math.ceil(bottom)];
};

function fill(pixels: Pixels, box: Box): void {
  const [left, top, right, bottom] = inPicture(pixels, box);
  for (let y = top; y < bottom; y++) {
    pixels.data.fill(NOTHING, (y * pixels.width + left) * 3, (y * pixels.width + right) * 3);
  }
}

/** Replaces each patch by its mean, so that no detail can be recovered. */
function coarsen(pixels: Pixels, box: Box): void {
  const [left, top, right, bottom] = inPicture(pixels, box);
  const edge = (from: number, to: number, n: number) =>
    from + Math.round(((to - from) * n) / PATCHES);
  for (let row = 0; row < PATCHES; row++) {
    for (let column = 0; column < PATCHES; column++) {
      average(pixels, [
        edge(left, right, column),
        edge(top, bottom, row),
        edge(left, right, column + 1),
        edge(top, bottom, row + 1),
      ]);
    }
  }
}

function average({ data, width }: Pixels, [left, top, right, bottom]: Box): void {
  const count = (right - left) * (bottom - top);
  if (count <= 0) return;
  for (let channel = 0; channel < 3; channel++) {
    let sum = 0;
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) sum += data[(y * width + x) * 3 + channel] ?? 0;
    }
    const mean = Math.round(sum / count);
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) data[(y * width + x) * 3 + channel] = mean;
    }
  }
}

/** The parts of a box outside of another. */
function without(box: Box, kept: Box): Box[] {
  const [left, top, right, bottom] = clip(kept, box);
  if (left >= right || top >= bottom) return [box];
  const parts: Box[] = [
    [box[0], box[1], box[2], top],
    [box[0], bottom, box[2], box[3]],
    [box[0], top, left, bottom],
    [right, top, box[2], bottom],
  ];
  return parts.filter(([x1, y1, x2, y2]) => x2 > x1 && y2 > y1);
}
