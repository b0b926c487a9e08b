export const layouts = [1, 4, 9, 16] as const;
export type Layout = (typeof layouts)[number];

/** The smallest layout that shows all cameras at once. */
export function fittingLayout(cameras: number): Layout {
  return layouts.find((layout) => layout >= cameras) ?? 16;
}

export function pageCount(cameras: number, layout: Layout): number {
  return Math.max(1, Math.ceil(cameras / layout));
}

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
  return Math.max(160, Math.floor(Math.min(byWidth, byHeight)));
}

/** Target of an arrow key in a grid; the same index at the edge. */
export function moveInGrid(index: number, key: string, columns: number, count: number): number {
  const target =
    key === 'ArrowLeft'
      ? index - 1
      : key === 'ArrowRight'
        ? index + 1
        : key === 'ArrowUp'
          ? index - columns
          : key === 'ArrowDown'
            ? index + columns
            : index;
  return target >= 0 && target < count ? target : index;
}
