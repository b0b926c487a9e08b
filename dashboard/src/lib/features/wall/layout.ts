/** Tiles of one size in a square, or one large tile (the first) with small ones around it. */
export const layouts = [1, 4, 9, 16, 25, 36, '1+5', '1+7'] as const;
export type Layout = (typeof layouts)[number];

/** The place of a tile: its first column and row, from 0, and how many of each it spans. */
export interface Cell {
  column: number;
  row: number;
  span: number;
}
/** The cells of a layout in the order in which cameras fill them. */
export interface Grid {
  columns: number;
  rows: number;
  cells: readonly Cell[];
}

const grids = new Map<Layout, Grid>(
  layouts.map((layout) => [
    layout,
    typeof layout === 'number' ? square(Math.sqrt(layout)) : withLarge(Number(layout.slice(2))),
  ]),
);

/** The cells of a full page. */
export const gridOf = (layout: Layout): Grid => grids.get(layout) ?? square(1);

function square(side: number): Grid {
  const cells = Array.from({ length: side * side }, (_, n) => ({
    column: n % side,
    row: Math.floor(n / side),
    span: 1,
  }));
  return { columns: side, rows: side, cells };
}

/** The large tile leaves one column at its right and one row below it, which the small ones fill. */
function withLarge(small: number): Grid {
  const span = (small - 1) / 2;
  const line = Array.from({ length: span + 1 }, (_, n) => n);
  const right = line.slice(0, span).map((row) => ({ column: span, row, span: 1 }));
  const below = line.map((column) => ({ column, row: span, span: 1 }));
  const side = span + 1;
  return { columns: side, rows: side, cells: [{ column: 0, row: 0, span }, ...right, ...below] };
}

/** Tiles on a page. */
export const tilesOf = (layout: Layout): number => gridOf(layout).cells.length;

/** The smallest square that shows all cameras at once; more than 16 live pictures only by choice. */
export function fittingLayout(cameras: number): Layout {
  return ([1, 4, 9] as const).find((layout) => layout >= cameras) ?? 16;
}

export function pageCount(cameras: number, layout: Layout): number {
  return Math.max(1, Math.ceil(cameras / tilesOf(layout)));
}

/** The page, from 0, that has the camera at this place of the order. */
export const pageOf = (index: number, layout: Layout): number =>
  Math.max(0, Math.floor(index / tilesOf(layout)));

/** The cells of a page that is not full, without the rows below its last tile. */
export function usedGrid(layout: Layout, tiles: number): Grid {
  const { columns, cells } = gridOf(layout);
  const used = cells.slice(0, Math.max(1, tiles));
  const rows = Math.max(...used.map(({ row, span }) => row + span));
  return { columns, rows, cells: cells.filter(({ row, span }) => row + span <= rows) };
}

/** Width of a tile that spans one column, if the area allows it; smaller ones show nothing of use. */
const LEAST_WIDTH = 96;

/**
 * The width of a tile so that all rows fit: each tile is a 16:9 picture above a bar of `bar` pixels.
 */
export function tileWidth(
  area: { width: number; height: number },
  columns: number,
  rows: number,
  gap: number,
  bar: number,
): number {
  const byWidth = (area.width - gap * (columns - 1)) / columns;
  const byHeight = ((area.height - gap * (rows - 1)) / rows - bar) * (16 / 9);
  return Math.max(LEAST_WIDTH, Math.floor(Math.min(byWidth, byHeight)));
}

const end = (cell: Cell, axis: 'column' | 'row'): number => cell[axis] + cell.span;
const middle = (cell: Cell, axis: 'column' | 'row'): number => cell[axis] + cell.span / 2;

/**
 * Target of an arrow key: the nearest tile beside this one in that direction; the same index where
 * there is none.
 *
 * @param cells those that have a tile.
 */
export function neighbour(cells: readonly Cell[], index: number, key: string): number {
  const from = cells[index];
  if (!from || !/^Arrow(Left|Right|Up|Down)$/.test(key)) return index;
  const [along, across] = /Left|Right/.test(key)
    ? (['column', 'row'] as const)
    : (['row', 'column'] as const);
  const forward = key === 'ArrowRight' || key === 'ArrowDown';
  let [target, least] = [index, Number.POSITIVE_INFINITY];
  cells.forEach((cell, n) => {
    const away = forward ? cell[along] - end(from, along) : from[along] - end(cell, along);
    const beside = cell[across] < end(from, across) && end(cell, across) > from[across];
    if (away < 0 || !beside) return;
    // First the nearest, then the one whose middle is closest; of two, the first.
    const distance = away * 100 + Math.abs(middle(cell, across) - middle(from, across));
    if (distance < least) [target, least] = [n, distance];
  });
  return target;
}

/** Target of an arrow key where one camera fills the wall: the one before or after it. */
export function step(index: number, key: string, count: number): number {
  const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[key] ?? 0;
  return Math.min(Math.max(index + by, 0), Math.max(0, count - 1));
}
