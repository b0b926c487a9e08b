import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { classesOf, type SetClasses } from './class-names.ts';
import { LabelError } from './label-error.ts';

/** A labelled box, with the PPE model's label. */
export interface LabelledBox {
  readonly label: string;
  readonly box: Box;
  /** Of a `head`: labelled as headwear other than a helmet. */
  readonly isHeadwear?: true;
}

/** One picture with its labels as shares of its size, which is known only once it is decoded. */
export interface LabelledPicture {
  /** File name without extension. */
  readonly id: string;
  readonly file: string;
  readonly labelFile: string;
  /** Boxes in shares of width and height, 0 to 1. */
  readonly labels: readonly LabelledBox[];
}

/** A set of pictures that is scored as a whole. */
export interface LabelledSet {
  /** Path in the collection, such as `css/val`; with `:FOLDER` where its labels are not in `labels`. */
  readonly name: string;
  /** The folder of its labels. */
  readonly labels: string;
  /** The requested classes that the set labels, in the requested order. */
  readonly classes: readonly string[];
  /** Sorted by name. */
  readonly pictures: readonly LabelledPicture[];
  /** Number of pictures without a file in a folder of other labels. */
  readonly leftOut: number;
}

/** The folder of labels in a set. Each picture has a file there. */
const USUAL_LABELS = 'labels';

const PICTURES = new Set(['.jpg', '.jpeg', '.png', '.webp']);
/** Tolerance for rounding of exporters at the picture's edge. */
const SLACK = 0.005;

/**
 * Reads a set in YOLO format: `images/NAME.jpg` and `labels/NAME.txt` with lines of `class cx cy
 * width height`, shares of the picture's size (or `class x1 y1 x2 y2 x3 y3 …`, a polygon, of which
 * the bounding box is taken). An empty label file means no objects.
 *
 * @param data folder of the collection, with `dataset.json` or another list of the classes.
 * @param path of the set in it.
 * @param wanted the classes to score.
 * @param folder another folder of labels in the set, such as `labels_wholehead` of a collection that
 *   draws heads in two ways; pictures without a file in it are left out.
 * @throws LabelError with file and line, for missing or invalid data.
 */
export function readLabelledSet(
  data: string,
  path: string,
  wanted: readonly string[],
  folder: string = USUAL_LABELS,
): LabelledSet {
  const images = join(data, path, 'images');
  const labelFolder = join(data, path, folder);
  const isUsual = folder === USUAL_LABELS;
  if (!existsSync(images)) {
    throw new LabelError(
      `${images}: there is no such folder; a set has its pictures in images/ and its labels in labels/`,
    );
  }
  if (!isUsual && !existsSync(labelFolder)) {
    throw new LabelError(
      `${labelFolder}: there is no such folder; ${path} has no labels of that name`,
    );
  }
  const classes = classesOf(data, path);
  const files = readdirSync(images)
    .filter((file) => PICTURES.has(extname(file).toLowerCase()))
    .sort();
  if (files.length === 0) {
    throw new LabelError(`${images}: has no picture (${[...PICTURES].join(', ')})`);
  }
  const pictures = files.flatMap((file): LabelledPicture[] => {
    const id = basename(file, extname(file));
    const labelFile = join(labelFolder, `${id}.txt`);
    if (!isUsual && !existsSync(labelFile)) return [];
    return [{ id, file: join(images, file), labelFile, labels: readLabels(labelFile, classes) }];
  });
  const present = new Set(pictures.flatMap(({ labels }) => labels.map(({ label }) => label)));
  const counted = wanted.filter((label) => (classes.labelled ?? present).has(label));
  if (!counted.some((label) => present.has(label))) {
    throw new LabelError(
      `${labelFolder}: labels nothing that can be scored (${wanted.join(', ')}); ` +
        `the ids are read by ${classes.from}`,
    );
  }
  return {
    name: isUsual ? path : `${path}:${folder}`,
    labels: labelFolder,
    classes: counted,
    pictures,
    leftOut: files.length - pictures.length,
  };
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
  const headwear = id === classes.headwear ? ({ isHeadwear: true } as const) : {};
  if (isOutline) return { label, box: around(values), ...headwear };
  const [cx, cy, width, height] = values as [number, number, number, number];
  if (width <= 0 || height <= 0) {
    throw new LabelError(`${where}: the box is empty: ${width} x ${height}`);
  }
  const box: Box = [cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2];
  if (Math.min(...box) < -SLACK || Math.max(...box) > 1 + SLACK) {
    const edges = box.map((edge) => Number(edge.toFixed(4))).join(', ');
    throw new LabelError(
      `${where}: the box reaches out of the picture: left, top, right, bottom are ${edges} of its sides; cut it at 0 and 1`,
    );
  }
  return { label, box, ...headwear };
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
  return labels.map(({ box: [left, top, right, bottom], ...label }) => ({
    ...label,
    box: [left * width, top * height, right * width, bottom * height],
  }));
}
