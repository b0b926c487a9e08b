import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { classesOf, type SetClasses } from './class-names.ts';
import { LabelError } from './label-error.ts';

/** A labelled box, with the PPE model's label. */
export interface LabelledBox {
  readonly label: string;
  readonly box: Box;
}

/** One picture with its labels as shares of its size, which is known only once it is decoded. */
export interface LabelledPicture {
  /** File name without extension. */
  readonly id: string;
  readonly file: string;
  /** Boxes in shares of width and height, 0 to 1. */
  readonly labels: readonly LabelledBox[];
}

/** A set of pictures that is scored as a whole. */
export interface LabelledSet {
  /** Path in the collection, such as `css/val`. */
  readonly name: string;
  /** The requested classes that the set labels, in the requested order. */
  readonly classes: readonly string[];
  /** Sorted by name. */
  readonly pictures: readonly LabelledPicture[];
}

const PICTURES = new Set(['.jpg', '.jpeg', '.png', '.webp']);
/** Tolerance for rounding of exporters at the picture's edge. */
const SLACK = 0.005;

/**
 * Reads a set in YOLO format: `images/NAME.jpg` and `labels/NAME.txt` with lines of `class cx cy
 * width height`, shares of the picture's size (or `class x1 y1 x2 y2 x3 y3 …`, a polygon, of which
 * the bounding box is taken). An empty label file means no objects.
 *
 * @param data folder of the collection, with `dataset.json` or another list of the classes.
 * @param name path of the set in it.
 * @param wanted the classes to score.
 * @throws LabelError with file and line, for missing or invalid data.
 */
export function readLabelledSet(
  data: string,
  name: string,
  wanted: readonly string[],
): LabelledSet {
  const folder = join(data, name);
  const images = join(folder, 'images');
  if (!existsSync(images)) {
    throw new LabelError(
      `${images}: there is no such folder; a set has its pictures in images/ and its labels in labels/`,
    );
  }
  const classes = classesOf(data, name);
  const files = readdirSync(images)
    .filter((file) => PICTURES.has(extname(file).toLowerCase()))
    .sort();
  if (files.length === 0) {
    throw new LabelError(`${images}: has no picture (${[...PICTURES].join(', ')})`);
  }
  const pictures = files.map((file) => {
    const id = basename(file, extname(file));
    const labels = readLabels(join(folder, 'labels', `${id}.txt`), classes);
    return { id, file: join(images, file), labels };
  });
  const present = new Set(pictures.flatMap(({ labels }) => labels.map(({ label }) => label)));
  const counted = wanted.filter((label) => (classes.labelled ?? present).has(label));
  if (!counted.some((label) => present.has(label))) {
    throw new LabelError(
      `${join(folder, 'labels')}: labels nothing that can be scored (${wanted.join(', ')}); ` +
        `the ids are read by ${classes.from}`,
    );
  }
  return { name, classes: counted, pictures };
}

function readLabels(file: string, classes: SetClasses): LabelledBox[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new LabelError(
      `${file}: cannot be read; every picture needs a label file, an empty one where nothing is to be found`,
    );
  }
  const labels: LabelledBox[] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === '') return;
    labels.push(readLabel(line.trim(), `${file}:${i + 1}`, classes));
  });
  return labels;
}

function readLabel(line: string, where: string, classes: SetClasses): LabelledBox {
  const numbers = line.split(/\s+/).map(Number);
  const [id, ...values] = numbers as [number, ...number[]];
  const isBox = values.length === 4;
  const isOutline = values.length >= 6 && values.length % 2 === 0;
  if (!(isBox || isOutline) || numbers.some((value) => !Number.isFinite(value))) {
    throw new LabelError(
      `${where}: "${line.slice(0, 80)}" is not "class cx cy width height" in numbers`,
    );
  }
  const label = classes.names.get(id);
  if (label === undefined) {
    const ids = [...classes.names.keys()].sort((a, b) => a - b);
    throw new LabelError(
      `${where}: class ${id} is out of range: ${classes.from} names ${ids[0]} to ${ids.at(-1)}`,
    );
  }
  if (values.some((value) => value < -SLACK || value > 1 + SLACK)) {
    throw new LabelError(
      `${where}: ${values.find((value) => value < -SLACK || value > 1 + SLACK)} is not a share of the picture's side (0 to 1)`,
    );
  }
  if (isOutline) return { label, box: around(values) };
  const [cx, cy, width, height] = values as [number, number, number, number];
  if (width <= 0 || height <= 0) {
    throw new LabelError(`${where}: the box is empty: ${width} x ${height}`);
  }
  return { label, box: [cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2] };
}

function around(points: readonly number[]): Box {
  const xs = points.filter((_, i) => i % 2 === 0);
  const ys = points.filter((_, i) => i % 2 === 1);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** Labels in pixels of a picture of this size. */
export function labelsInPixels(
  labels: readonly LabelledBox[],
  width: number,
  height: number,
): LabelledBox[] {
  return labels.map(({ label, box: [left, top, right, bottom] }) => ({
    label,
    box: [left * width, top * height, right * width, bottom * height],
  }));
}
