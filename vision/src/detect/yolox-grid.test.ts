import { describe, expect, it } from 'vitest';
import { YoloxGridHead } from './yolox-grid.ts';

const classes = [
  { label: 'person', keep: 0.3 },
  { label: 'helmet', keep: 0.2 },
];
const head = new YoloxGridHead(classes, [8, 16]);
const read = (data: Float32Array) =>
  head.decode([{ data, dims: [1, 40, 7] }], { width: 64, height: 32 }, here);
const CELLS = 8 * 4 + 4 * 2;
const here = { scaleX: 0.5, scaleY: 0.5, left: 100, top: 40 };

function output(cell: number, row: number[]): Float32Array {
  const numbers = new Float32Array(CELLS * 7);
  numbers.set(row, cell * 7);
  return numbers;
}

describe('YoloxGridHead', () => {
  it('reads a cell of the fine grid into picture pixels', () => {
    // Row 1, column 2 of the stride-8 grid of a 64 x 32 tensor.
    const cell = 1 * 8 + 2;
    const row = [0.5, 0.25, Math.log(2), Math.log(4), 0.9, 0.8, 0.1];
    const [found, ...others] = read(output(cell, row));
    expect(others).toEqual([]);
    expect(found!.label).toBe('person');
    expect(found!.score).toBeCloseTo(0.72, 5);
    // Centre (20, 10), size 16 x 32 in the tensor.
    const expected = [100 + 12 / 0.5, 40 - 6 / 0.5, 100 + 28 / 0.5, 40 + 26 / 0.5];
    for (const i of [0, 1, 2, 3]) expect(found!.box[i]).toBeCloseTo(expected[i]!, 4);
  });

  it('reads the coarse grid after the fine one', () => {
    const [found] = read(output(32 + 5, [0, 0, 0, 0, 1, 1, 0]));
    // Row 1, column 1 of stride 16: centre (16, 16).
    expect((found!.box[0] + found!.box[2]) / 2).toBeCloseTo(100 + 16 / 0.5, 4);
    expect((found!.box[1] + found!.box[3]) / 2).toBeCloseTo(40 + 16 / 0.5, 4);
  });

  it('reads a second part, which begins at its finest grid again', () => {
    const twoParts = new YoloxGridHead(classes, [8, 16, 8, 16]);
    const data = new Float32Array(2 * CELLS * 7);
    data.set([0, 0, 0, 0, 1, 0.9, 0], 0);
    data.set([0, 0, 0, 0, 0.9, 0, 0.9], (CELLS + 9) * 7);
    const found = twoParts.decode([{ data, dims: [1, 80, 7] }], { width: 64, height: 32 }, here);
    expect(found.map(({ label }) => label)).toEqual(['person', 'helmet']);
    // Row 1, column 1 of stride 8: centre (8, 8).
    expect((found[1]!.box[0] + found[1]!.box[2]) / 2).toBeCloseTo(100 + 8 / 0.5, 4);
  });

  it('keeps every class of a cell that is over its own threshold', () => {
    const labels = (row: number[]) => read(output(0, row)).map(({ label }) => label);
    expect(labels([0, 0, 0, 0, 1, 0.31, 0.21])).toEqual(['person', 'helmet']);
    expect(labels([0, 0, 0, 0, 1, 0.29, 0.21])).toEqual(['helmet']);
    expect(labels([0, 0, 0, 0, 0.19, 1, 1])).toEqual([]);
  });

  it('drops boxes and scores that are not finite', () => {
    for (const [at, value] of [
      [0, Number.NaN],
      [1, Number.POSITIVE_INFINITY],
      [2, 800],
      [3, Number.NaN],
      [4, Number.NaN],
      [5, Number.NaN],
    ] as const) {
      const row = [0, 0, 0, 0, 1, 1, 0];
      row[at] = value;
      expect(read(output(0, row))).toEqual([]);
    }
  });

  it('refuses an output of another size', () => {
    expect(() => read(new Float32Array(7))).toThrow('its card declares 40 cells of 7');
  });
});
