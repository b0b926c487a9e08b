import { describe, expect, it } from 'vitest';
import {
  type Cell,
  fittingLayout,
  gridOf,
  layouts,
  neighbour,
  pageCount,
  pageOf,
  step,
  tilesOf,
  tileWidth,
  usedGrid,
} from './layout.ts';

/** Each square of the grid that a cell covers, as "column,row". */
const covered = ({ column, row, span }: Cell): string[] =>
  Array.from({ length: span * span }, (_, n) =>
    [column + (n % span), row + Math.floor(n / span)].join(),
  );

describe('layout of the wall', () => {
  it('fills its grid: nothing overlaps, nothing is left over or outside', () => {
    expect(layouts.map(tilesOf)).toEqual([1, 4, 9, 16, 25, 36, 6, 8]);
    for (const layout of layouts) {
      const { columns, rows, cells } = gridOf(layout);
      const squares = cells.flatMap(covered);
      expect(new Set(squares).size).toBe(squares.length);
      expect(squares).toHaveLength(columns * rows);
      for (const { column, row, span } of cells) {
        expect(column + span).toBeLessThanOrEqual(columns);
        expect(row + span).toBeLessThanOrEqual(rows);
      }
    }
    expect(gridOf('1+5').cells[0]).toEqual({ column: 0, row: 0, span: 2 });
    expect(gridOf('1+7').cells[0]).toEqual({ column: 0, row: 0, span: 3 });
  });

  it('is the smallest square that shows all cameras, with pages beyond sixteen', () => {
    expect([0, 1, 2, 4, 5, 9, 10, 40].map(fittingLayout)).toEqual([1, 1, 4, 4, 9, 9, 16, 16]);
    expect(pageCount(40, 16)).toBe(3);
    expect(pageCount(0, 4)).toBe(1);
    expect(pageCount(13, '1+5')).toBe(3);
    expect([0, 5, 6, 12].map((index) => pageOf(index, '1+5'))).toEqual([0, 0, 1, 2]);
    expect(pageOf(-1, 4)).toBe(0);
  });

  it('has no empty rows below a page that is not full', () => {
    expect(usedGrid(36, 3)).toMatchObject({ columns: 6, rows: 1 });
    expect(usedGrid(9, 5)).toMatchObject({ columns: 3, rows: 2 });
    // A cell is left over in the rows that are shown.
    expect(usedGrid(9, 5).cells).toHaveLength(6);
    expect(usedGrid('1+5', 1)).toMatchObject({ columns: 3, rows: 2 });
    expect(usedGrid('1+5', 4)).toMatchObject({ columns: 3, rows: 3 });
    expect(usedGrid(4, 0)).toMatchObject({ columns: 2, rows: 1 });
  });

  it('makes the tiles as large as the area allows', () => {
    expect(tileWidth({ width: 1_000, height: 2_000 }, 2, 2, 8, 36)).toBe(496);
    const width = tileWidth({ width: 2_000, height: 600 }, 2, 2, 8, 36);
    expect((width * 9) / 16 + 36).toBeLessThanOrEqual(296);
    // Six in a row beside the list of incidents.
    expect(6 * tileWidth({ width: 880, height: 700 }, 6, 6, 8, 36) + 5 * 8).toBeLessThanOrEqual(
      880,
    );
  });
});

describe('an arrow key', () => {
  const to = (layout: 4 | 9 | '1+5' | '1+7', index: number, way: string, tiles = 99): number =>
    neighbour(gridOf(layout).cells.slice(0, tiles), index, `Arrow${way}`);

  it('moves to the tile beside and stays at the edge', () => {
    expect(to(4, 0, 'Right')).toBe(1);
    expect(to(4, 1, 'Down')).toBe(3);
    expect(to(4, 3, 'Down')).toBe(3);
    expect(to(4, 0, 'Up')).toBe(0);
    expect(to(4, 1, 'Right')).toBe(1);
    expect(to(9, 3, 'Left')).toBe(3);
    // The last row is not full.
    expect(to(4, 1, 'Down', 3)).toBe(1);
    expect(neighbour(gridOf(4).cells, 0, 'Enter')).toBe(0);
  });

  it('goes around the large tile as one sees it', () => {
    // 1+5: the large one, two at its right, three below.
    expect(['Right', 'Down', 'Left', 'Up'].map((way) => to('1+5', 0, way))).toEqual([1, 3, 0, 0]);
    expect(['Left', 'Down'].map((way) => to('1+5', 2, way))).toEqual([0, 5]);
    expect(['Up', 'Right'].map((way) => to('1+5', 4, way))).toEqual([0, 5]);
    expect(to('1+5', 5, 'Up')).toBe(2);
    // 1+7: the middle one of three beside it.
    expect(['Right', 'Down'].map((way) => to('1+7', 0, way))).toEqual([2, 5]);
    expect(to('1+7', 1, 'Left')).toBe(0);
    expect(to('1+7', 7, 'Up')).toBe(3);
  });

  it('always moves to a tile that lies that way, and back leads into the same line', () => {
    for (const layout of layouts) {
      const { cells } = gridOf(layout);
      cells.forEach((from, index) => {
        const target = cells[neighbour(cells, index, 'ArrowRight')] as Cell;
        if (target !== from) expect(target.column).toBe(from.column + from.span);
        else expect(from.column + from.span).toBe(gridOf(layout).columns);
        const below = cells[neighbour(cells, index, 'ArrowDown')] as Cell;
        if (below !== from) expect(below.row).toBe(from.row + from.span);
        else expect(from.row + from.span).toBe(gridOf(layout).rows);
      });
    }
  });

  it('goes through all cameras where one fills the wall', () => {
    expect(step(0, 'ArrowRight', 3)).toBe(1);
    expect(step(1, 'ArrowUp', 3)).toBe(0);
    expect(step(2, 'ArrowDown', 3)).toBe(2);
    expect(step(0, 'ArrowLeft', 3)).toBe(0);
  });
});
