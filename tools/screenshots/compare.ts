import sharp from 'sharp';

/** Pictures are kept at a quarter of the width and height. */
export const REDUCTION = 4;
/** Side of a cell, in pixels of the kept picture. */
const CELL = 8;
/** Difference of the mean of a colour channel, and of the contrast, from which a cell differs; of 255. */
const MEAN_LIMIT = 14;
const CONTRAST_LIMIT = 18;
/** Share of a picture's cells that may differ, and their number where the picture is small. */
export const TOLERANCE = { share: 0.01, cells: 4 };

/** How two pictures of a page differ. */
export interface Difference {
  /** Cells that differ, and of how many. */
  differing: number;
  cells: number;
  isSame: boolean;
  /** Around the cells that differ, in pixels of the page; null where none does. */
  box: { left: number; top: number; width: number; height: number } | null;
  /** Columns of the grid of cells, and for each cell whether it differs. */
  columns: number;
  marks: readonly boolean[];
}

/** A picture as it is kept: reduced, as WebP. */
export async function reduce(picture: Buffer): Promise<Buffer> {
  const { width, height } = await sharp(picture).metadata();
  return sharp(picture)
    .resize(Math.round(width / REDUCTION), Math.round(height / REDUCTION), { kernel: 'cubic' })
    .webp({ quality: 60, effort: 6 })
    .toBuffer();
}

/**
 * Compares two reduced pictures by cells of 8 x 8 pixels: a cell differs by its mean colour or by its contrast. What
 * moves by less than a pixel and texts of the same length stay below the limits.
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

/** The new picture, with the cells that differ in red. */
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

/** Mean of red, green and blue, and the standard deviation of the lightness; all of 255. */
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

/** A cell that only one of the pictures has differs, too. */
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
