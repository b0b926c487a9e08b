import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PlanarPicture, type SourceRegion, TensorPainter } from './prepare.ts';
import { emptyResampleTable, fillResampleTable, WEIGHT_ONE } from './resample-table.ts';

const padding = { value: 114, place: 'bottom-right' } as const;
const BGR = { order: 'bgr', range: [0, 255], padding } as const;

function picture(
  width: number,
  height: number,
  luma: (x: number, y: number) => number,
  cb: (x: number, y: number) => number,
  cr: (x: number, y: number) => number,
): PlanarPicture {
  const cw = (width + 1) >> 1;
  const ch = (height + 1) >> 1;
  const pixels = new SharedArrayBuffer(width * height + 2 * cw * ch);
  const bytes = new Uint8Array(pixels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) bytes[y * width + x] = luma(x, y);
  for (let y = 0; y < ch; y++) {
    for (let x = 0; x < cw; x++) {
      bytes[width * height + y * cw + x] = cb(x, y);
      bytes[width * height + cw * ch + y * cw + x] = cr(x, y);
    }
  }
  return { width, height, pixels };
}

const flat = (width: number, height: number, y: number, u: number, v: number) =>
  picture(
    width,
    height,
    () => y,
    () => u,
    () => v,
  );

const pixel = ({ data, width, height }: TensorPainter, x: number, y: number) =>
  [0, 1, 2].map((plane) => data[plane * width * height + y * width + x]!);

describe('TensorPainter', () => {
  it('converts BT.709 limited-range colours to blue, green, red', () => {
    const painter = new TensorPainter(64, 64, BGR);
    const cases: [y: number, u: number, v: number, bgr: number[]][] = [
      [16, 128, 128, [0, 0, 0]],
      [235, 128, 128, [255, 255, 255]],
      // ITU-R BT.709: pure red, green and blue at full scale.
      [63, 102, 240, [0, 0, 255]],
      [173, 42, 26, [0, 255, 0]],
      [32, 240, 118, [255, 0, 0]],
    ];
    for (const [y, u, v, bgr] of cases) {
      painter.paint(flat(64, 64, y, u, v));
      pixel(painter, 30, 30).forEach((value, i) => {
        expect(Math.abs(value - bgr[i]!)).toBeLessThan(2.5);
      });
    }
  });

  it('gives red, green, blue in another range as the card declares', () => {
    const painter = new TensorPainter(32, 32, { order: 'rgb', range: [0, 1], padding });
    painter.paint(flat(32, 16, 63, 102, 240));
    expect(pixel(painter, 5, 5)[0]).toBeCloseTo(1, 1);
    expect(pixel(painter, 5, 5)[2]).toBeCloseTo(0, 1);
    expect(pixel(painter, 5, 20)[1]).toBeCloseTo(114 / 255, 5);
  });

  it('puts the picture at the top left, pads with 114 and overwrites an earlier picture', () => {
    const painter = new TensorPainter(96, 96, BGR);
    painter.paint(flat(64, 64, 235, 128, 128));
    expect(pixel(painter, 90, 90)[0]).toBeCloseTo(255, 0);
    const placement = painter.paint(flat(192, 96, 16, 128, 128));
    expect(placement).toEqual({ scaleX: 0.5, scaleY: 0.5, left: 0, top: 0 });
    expect(pixel(painter, 95, 47)).toEqual([0, 0, 0]);
    expect(pixel(painter, 0, 48)).toEqual([114, 114, 114]);
  });

  it('averages where it shrinks, so that no row is lost', () => {
    const painter = new TensorPainter(32, 32, BGR);
    // One bright column in four: a quarter of the light wherever it falls.
    painter.paint(
      picture(
        128,
        128,
        (x) => (x % 4 === 1 ? 235 : 16),
        () => 128,
        () => 128,
      ),
    );
    for (let x = 0; x < 32; x++) expect(pixel(painter, x, 9)[1]).toBeCloseTo(63.75, 0);
  });

  it('reads a region, and returns its placement', () => {
    const painter = new TensorPainter(32, 32, BGR);
    const bright = (x: number, y: number) => (x >= 40 && x < 56 && y >= 24 && y < 40 ? 235 : 16);
    const source = picture(
      101,
      77,
      bright,
      () => 128,
      () => 128,
    );
    const placement = painter.paint(source, { left: 40, top: 24, width: 16, height: 16 });
    expect(placement).toEqual({ scaleX: 2, scaleY: 2, left: 40, top: 24 });
    expect(pixel(painter, 16, 16)[0]).toBeCloseTo(255, 0);
    expect(pixel(painter, 2, 2)[0]).toBeGreaterThan(250);
    painter.paint(source, { left: 56, top: 24, width: 16, height: 16 });
    expect(pixel(painter, 16, 16)[0]).toBeCloseTo(0, 0);
  });

  it('pads what of a region lies outside of the picture, on every side', () => {
    const painter = new TensorPainter(40, 40, { ...BGR, padding: { value: 114, place: 'around' } });
    const source = picture(
      20,
      30,
      (x, y) => 40 + 8 * x + y,
      () => 128,
      () => 128,
    );
    const placement = painter.paint(source, { left: -10, top: -5, width: 40, height: 40 });
    expect(placement).toEqual({ scaleX: 1, scaleY: 1, left: -10, top: -5 });
    const value = (x: number, y: number) => ((40 + 8 * x + y - 16) * 255) / 219;
    expect(pixel(painter, 10, 5)[0]).toBeCloseTo(value(0, 0), 0);
    expect(pixel(painter, 29, 34)[0]).toBeCloseTo(value(19, 29), 0);
    for (const [x, y] of [
      [9, 20],
      [30, 20],
      [20, 4],
      [20, 35],
    ] as const) {
      expect(pixel(painter, x, y)).toEqual([114, 114, 114]);
    }
  });

  it('paints a region that reaches out of the picture as it would inside a larger one', () => {
    const luma = (x: number, y: number) => 40 + 2 * x + y;
    const cb = (x: number) => 90 + x;
    const cr = (_: number, y: number) => 100 + y;
    const small = picture(64, 64, luma, cb, cr);
    const large = picture(96, 96, luma, cb, cr);
    let compared = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 50 }),
        fc.integer({ min: 16, max: 40 }),
        (left, side) => {
          const [one, other] = [new TensorPainter(32, 32, BGR), new TensorPainter(32, 32, BGR)];
          const region = { left, top: 3, width: side, height: side };
          one.paint(small, region);
          other.paint(large, region);
          const edge = Math.floor(((64 - left) * 32) / side);
          // The filters of a few columns reach over the edge.
          for (let x = 0; x < Math.min(32, edge - 8); x++) {
            compared++;
            pixel(one, x, 9).forEach((value, colour) => {
              expect(Math.abs(value - pixel(other, x, 9)[colour]!)).toBeLessThan(6);
            });
          }
          for (let x = Math.max(0, edge); x < 32; x++) {
            expect(pixel(one, x, 9)).toEqual([114, 114, 114]);
          }
        },
      ),
      { numRuns: 60 },
    );
    expect(compared).toBeGreaterThan(200);
  });

  it('is padding for a region that lies outside of the picture, also after another one', () => {
    const painter = new TensorPainter(32, 32, BGR);
    const source = flat(64, 64, 235, 128, 128);
    painter.paint(source);
    painter.paint(source, { left: -40, top: 10, width: 32, height: 32 });
    expect(painter.data.every((value) => value === 114)).toBe(true);
    painter.paint(source);
    expect(pixel(painter, 5, 5)[0]).toBeCloseTo(255, 0);
  });

  it('keeps an edge that it enlarges sharper than linear interpolation would', () => {
    const painter = new TensorPainter(64, 64, BGR);
    const grey = () => 128;
    painter.paint(
      picture(64, 64, (x) => (x < 32 ? 60 : 180), grey, grey),
      { left: 24, top: 24, width: 16, height: 16 },
    );
    const row = Array.from({ length: 64 }, (_, x) => pixel(painter, x, 32)[0]!);
    const steepest = Math.max(...row.slice(1).map((value, i) => value - row[i]!));
    // Linear: the whole step over the four pixels from one sample to the next.
    const step = (120 * 255) / 219;
    expect(steepest).toBeGreaterThan(1.1 * (step / 4));
    expect(Math.min(...row)).toBeGreaterThan(((60 - 16) * 255) / 219 - 0.15 * step);
    expect(Math.max(...row)).toBeLessThan(((180 - 16) * 255) / 219 + 0.15 * step);
  });

  it('paints a larger picture after a smaller one, also where its memory has to grow', () => {
    const painter = new TensorPainter(64, 64, BGR);
    painter.paint(flat(32, 32, 235, 128, 128));
    expect(pixel(painter, 60, 60)[0]).toBeCloseTo(255, 0);
    painter.paint(flat(2048, 2048, 16, 128, 128));
    expect(pixel(painter, 60, 60)).toEqual([0, 0, 0]);
  });

  it('copies only the rows of a region, not the whole picture', () => {
    const painter = new TensorPainter(64, 64, BGR);
    const large = flat(2560, 1440, 235, 128, 128);
    painter.paint(large, { left: 2000, top: 1300, width: 80, height: 80 });
    expect(pixel(painter, 30, 30).map(Math.round)).toEqual([255, 255, 255]);
    expect(painter.bytes).toBeLessThan(2560 * 1440 * 0.3);
  });

  it('equals a brute-force reference at any size, also odd ones', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 6, max: 90 }),
        fc.integer({ min: 6, max: 90 }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.integer(),
        (width, height, cut, seed) => {
          // Smooth, so that the choice of filter does not matter.
          const wave = (k: number) => (x: number, y: number) =>
            128 + 60 * Math.sin(seed + k + x / 25) * Math.cos(k + y / 20);
          const source = picture(width, height, wave(0), wave(1), wave(2));
          const region = {
            left: cut * width * 0.7,
            top: cut * height * 0.4,
            width: width * (1 - cut),
            height: height * (1 - cut),
          };
          const painter = new TensorPainter(48, 32, BGR);
          painter.paint(source, region);
          const expected = reference(source, region, 48, 32);
          for (const [x, y, bgr] of expected) {
            const got = pixel(painter, x, y);
            for (const i of [0, 1, 2]) expect(Math.abs(got[i]! - bgr[i]!)).toBeLessThan(6);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** Integrates the luma and chroma planes over each output pixel by brute force. */
function reference(source: PlanarPicture, region: SourceRegion, width: number, height: number) {
  const bytes = new Uint8Array(source.pixels);
  const cw = (source.width + 1) >> 1;
  const ch = (source.height + 1) >> 1;
  const scale = Math.min(width / region.width, height / region.height);
  const w = Math.max(1, Math.min(width, Math.round(region.width * scale)));
  const h = Math.max(1, Math.min(height, Math.round(region.height * scale)));
  const sample = (offset: number, stride: number, rows: number, x: number, y: number) => {
    const at = (px: number, py: number) =>
      bytes[
        offset +
          Math.max(0, Math.min(rows - 1, py)) * stride +
          Math.max(0, Math.min(stride - 1, px))
      ]!;
    const [fx, fy] = [x - 0.5, y - 0.5];
    const [ix, iy] = [Math.floor(fx), Math.floor(fy)];
    const [rx, ry] = [fx - ix, fy - iy];
    return (
      at(ix, iy) * (1 - rx) * (1 - ry) +
      at(ix + 1, iy) * rx * (1 - ry) +
      at(ix, iy + 1) * (1 - rx) * ry +
      at(ix + 1, iy + 1) * rx * ry
    );
  };
  const result: [number, number, number[]][] = [];
  for (let y = 1; y < h - 2; y += 5) {
    for (let x = 1; x < w - 2; x += 5) {
      const mean = (offset: number, stride: number, rows: number, by: number) => {
        let sum = 0;
        for (let j = 0; j < 4; j++)
          for (let i = 0; i < 4; i++) {
            const px = region.left + ((x + (i + 0.5) / 4) * region.width) / w;
            const py = region.top + ((y + (j + 0.5) / 4) * region.height) / h;
            sum += sample(offset, stride, rows, px / by, py / by);
          }
        return sum / 16;
      };
      const luma = ((mean(0, source.width, source.height, 1) - 16) * 255) / 219;
      const size = source.width * source.height;
      const cb = ((mean(size, cw, ch, 2) - 128) * 255) / 224;
      const cr = ((mean(size + cw * ch, cw, ch, 2) - 128) * 255) / 224;
      const clamp = (v: number) => Math.min(255, Math.max(0, v));
      result.push([
        x,
        y,
        [
          clamp(luma + 1.8556 * cb),
          clamp(luma - 0.1873 * cb - 0.4681 * cr),
          clamp(luma + 1.5748 * cr),
        ],
      ]);
    }
  }
  return result;
}

describe('fillResampleTable', () => {
  it('has weights that add up to one, inside the axis', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 2, max: 500 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        (count, limit, start, share) => {
          const from = start * limit;
          const length = Math.max(0.5, share * (limit - from));
          const table = emptyResampleTable();
          fillResampleTable(table, count, from, length, limit);
          for (let i = 0; i < count; i++) {
            expect(table.start[i]).toBeGreaterThanOrEqual(0);
            expect(table.start[i]! + table.taps).toBeLessThanOrEqual(limit);
            let sum = 0;
            for (let k = 0; k < table.taps; k++) {
              const weight = table.weight[i * table.taps + k]!;
              // Enlarging sharpens: its filter has lobes below zero.
              if (length > count) expect(weight).toBeGreaterThanOrEqual(0);
              expect(Math.abs(weight)).toBeLessThanOrEqual(1.5 * WEIGHT_ONE);
              sum += weight;
            }
            expect(sum).toBe(WEIGHT_ONE);
          }
        },
      ),
    );
  });
});
