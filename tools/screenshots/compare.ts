import sharp from 'sharp';

/** Screenshots are reduced by this factor in width and height. */
export const REDUCTION = 4;
/** Side of a cell, pixels of the reduced screenshot. */
const CELL = 8;
/** A cell differs above these differences of a colour channel's mean and of the contrast, 0 to 255. */
const MEAN_LIMIT = 14;
const CONTRAST_LIMIT = 18;
/** Tolerance: this share of the cells may differ, and at least this number. */
export const TOLERANCE = { share: 0.01, cells: 4 };

/** The result of comparing two screenshots of a page. */
export interface Difference {
  /** Number of cells that differ, and of all cells. */
  differing: number;
  cells: number;
  isSame: boolean;
  /** Bounding box of the cells that differ, pixels of the page; null where none does. */
  box: { left: number; top: number; width: number; height: number } | null;
  /** Columns of the grid; `marks` has one entry per cell, row by row: whether it differs. */
  columns: number;
  marks: readonly boolean[];
}

/** Reduces a screenshot by {@link REDUCTION}, as WebP. */
export async function reduce(picture: Buffer): Promise<Buffer> {
  const { width, height } = await sharp(picture).metadata();
  return sharp(picture)
    .resize(Math.round(width / REDUCTION), Math.round(height / REDUCTION), { kernel: 'cubic' })
    .webp({ quality: 60, effort: 6 })
    .toBuffer();
}

/**
 * Compares two reduced screenshots by cells of 8 x 8 pixels, by mean colour and contrast. Shifts below one pixel, and
 * other text of the same length, stay within the limits.
 */
export async function compare(kept: Buffer, actual: Buffer): Promise<Difference> {
  const [before, after] = [await cellsOf(kept), await cellsOf(actual)];
  const columns = Math.max(before.columns, after.columns);
  const rows = Math.max(before.rows, after.rows);
  const marks: boolean[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      marks.push(differs(before.at(column, row), after.at(column, row)));
    }
  }
  const differing = marks.filter(Boolean).length;
  const allowed = Math.max(TOLERANCE.cells, Math.floor(TOLERANCE.share * marks.length));
  return {
    differing,
    cells: marks.length,
    isSame: differing <= allowed,
    box: boxOf(marks, columns),
    columns,
    marks,
  };
}

/** The new screenshot with differing cells marked in red, as PNG. */
export async function markDifference(
  actual: Buffer,
  { marks, columns }: Difference,
): Promise<Buffer> {
  const fields = marks.flatMap((isMarked, index) => {
    const [x, y] = [(index % columns) * CELL, Math.floor(index / columns) * CELL];
    return isMarked ? [`<rect x="${x}" y="${y}" width="${CELL}" height="${CELL}"/>`] : [];
  });
  const { width, height } = await sharp(actual).metadata();
  const red = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" fill="#f00" fill-opacity="0.45">${fields.join('')}</svg>`;
  return sharp(actual)
    .composite([{ input: Buffer.from(red) }])
    .png()
    .toBuffer();
}

/** Mean of red, green and blue, and standard deviation of the luma; 0 to 255. */
interface Cell {
  means: readonly [number, number, number];
  contrast: number;
}

async function cellsOf(picture: Buffer) {
  const { data, info } = await sharp(picture)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (column: number, row: number): Cell | null => {
    const [left, top] = [column * CELL, row * CELL];
    const [right, bottom] = [Math.min(left + CELL, info.width), Math.min(top + CELL, info.height)];
    if (left >= right || top >= bottom) return null;
    const sums: [number, number, number] = [0, 0, 0];
    let [light, squares] = [0, 0];
    for (let y = top; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) {
        const from = (y * info.width + x) * info.channels;
        const [r, g, b] = [data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0];
        sums[0] += r;
        sums[1] += g;
        sums[2] += b;
        // Luma of BT.601.
        const luma = 0.299 * r + 0.587 * g + 0.114 * b;
        light += luma;
        squares += luma * luma;
      }
    }
    const count = (right - left) * (bottom - top);
    const means = sums.map((sum) => sum / count) as [number, number, number];
    return { means, contrast: Math.sqrt(Math.max(0, squares / count - (light / count) ** 2)) };
  };
  return { columns: Math.ceil(info.width / CELL), rows: Math.ceil(info.height / CELL), at };
}

/** A cell that is missing in one of the screenshots differs. */
function differs(one: Cell | null, other: Cell | null): boolean {
  if (!one || !other) return one !== other;
  return (
    Math.abs(one.contrast - other.contrast) > CONTRAST_LIMIT ||
    one.means.some((mean, channel) => Math.abs(mean - (other.means[channel] ?? 0)) > MEAN_LIMIT)
  );
}

function boxOf(marks: readonly boolean[], columns: number): Difference['box'] {
  const marked = marks.flatMap((isMarked, index) => (isMarked ? [index] : []));
  if (marked.length === 0) return null;
  const xs = marked.map((index) => index % columns);
  const ys = marked.map((index) => Math.floor(index / columns));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const side = CELL * REDUCTION;
  return {
    left: left * side,
    top: top * side,
    width: (Math.max(...xs) - left + 1) * side,
    height: (Math.max(...ys) - top + 1) * side,
  };
}
