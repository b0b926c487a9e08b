import { PaintKernel } from './paint-kernel.ts';
import { emptyResampleTable, fillResampleTable, type ResampleTable } from './resample-table.ts';

/** The layout of the tensor; the `input` of a model card. */
export interface TensorForm {
  readonly order: 'bgr' | 'rgb';
  readonly range: readonly [number, number];
  /** Of red, green and blue, in values of `range`. */
  readonly normalise?:
    | {
        readonly mean: readonly [number, number, number];
        readonly deviation: readonly [number, number, number];
      }
    | undefined;
  readonly padding: {
    readonly value: number;
    readonly place: 'bottom-right' | 'around' | 'none';
  };
}

/** A planar I420 picture in shared memory (see Frame). */
export interface PlanarPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: SharedArrayBuffer;
}

/** The region of a picture that goes into a tensor, picture pixels. What lies outside of the picture is padding. */
export interface SourceRegion {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Maps tensor to picture pixels: x = tensor x / scaleX + left, y alike. */
export interface Placement {
  readonly scaleX: number;
  /** Differs from `scaleX` only where pictures are stretched. */
  readonly scaleY: number;
  readonly left: number;
  readonly top: number;
}

/** The two tables of a plane, and their parameters. */
interface Tables {
  readonly columns: ResampleTable;
  readonly lines: ResampleTable;
  madeFor: string;
}

/**
 * Converts a region of an I420 picture (BT.709, limited range) to a float32 CHW tensor in one pass:
 * box filter for shrinking, Lanczos for enlarging, letterboxed or stretched. Chroma is resampled to
 * half the output's resolution, the detail of JPEG training pictures. The loops run in WebAssembly
 * with 128-bit vectors (paint-kernel.c).
 */
export class TensorPainter {
  readonly width: number;
  readonly height: number;
  readonly #form: TensorForm;
  readonly #kernel: PaintKernel;
  readonly #luma = emptyTables();
  readonly #chroma = emptyTables();
  readonly #gain: [number, number, number];
  readonly #offset: [number, number, number];
  /** Placement of the picture in the tensor. */
  #painted = { x: 0, y: 0, width: 0, height: 0 };

  constructor(width: number, height: number, form: TensorForm) {
    this.width = width;
    this.height = height;
    this.#form = form;
    this.#kernel = new PaintKernel(width, height);
    const { range, normalise: n } = form;
    const unit = (range[1] - range[0]) / 255;
    this.#gain = n ? perColour((c) => unit / n.deviation[c]!) : [unit, unit, unit];
    this.#offset = n
      ? perColour((c) => (range[0] - n.mean[c]!) / n.deviation[c]!)
      : [range[0], range[0], range[0]];
    this.#fillWithPadding();
  }

  /** Bytes of its memory. */
  get bytes(): number {
    return this.#kernel.size;
  }

  /** [1, 3, height, width]; valid until the next call of {@link paint}. */
  get data(): Float32Array {
    return this.#kernel.data;
  }

  /**
   * @param region left out: the whole picture.
   * @returns the transformation from tensor to picture pixels.
   */
  paint(picture: PlanarPicture, region?: SourceRegion): Placement {
    const left = region?.left ?? 0;
    const top = region?.top ?? 0;
    const sourceWidth = region?.width ?? picture.width;
    const sourceHeight = region?.height ?? picture.height;
    const { place } = this.#form.padding;
    const fitX = this.width / sourceWidth;
    const fitY = this.height / sourceHeight;
    const scaleX = place === 'none' ? fitX : Math.min(fitX, fitY);
    const scaleY = place === 'none' ? fitY : scaleX;
    const across = Math.max(1, Math.min(this.width, Math.round(sourceWidth * scaleX)));
    const down = Math.max(1, Math.min(this.height, Math.round(sourceHeight * scaleY)));
    const columns = insideOf(left, sourceWidth, picture.width, across);
    const lines = insideOf(top, sourceHeight, picture.height, down);
    const [width, height] = [columns.count, lines.count];
    const around = place === 'around';
    const origin = {
      x: around ? (this.width - across) >> 1 : 0,
      y: around ? (this.height - down) >> 1 : 0,
    };
    const shown = {
      scaleX,
      scaleY,
      left: left - origin.x / scaleX,
      top: top - origin.y / scaleY,
    };
    const x = origin.x + columns.at;
    const y = origin.y + lines.at;
    if (width === 0 || height === 0) {
      this.#fillWithPadding();
      this.#painted = { x, y, width: 0, height: 0 };
      return shown;
    }
    const before = this.#painted;
    const isCovered =
      x <= before.x &&
      y <= before.y &&
      x + width >= before.x + before.width &&
      y + height >= before.y + before.height;
    if (!isCovered) this.#fillWithPadding();
    this.#painted = { x, y, width, height };
    const halfWidth = (width + 1) >> 1;
    const halfHeight = (height + 1) >> 1;
    const chromaWidth = (picture.width + 1) >> 1;
    const chromaHeight = (picture.height + 1) >> 1;
    fillTables(
      this.#luma,
      [width, columns.from, columns.length, picture.width],
      [height, lines.from, lines.length, picture.height],
    );
    // At an odd width or height the last chroma sample reaches one pixel beyond the picture.
    fillTables(
      this.#chroma,
      [halfWidth, columns.from / 2, (columns.length / width) * halfWidth, chromaWidth],
      [halfHeight, lines.from / 2, (lines.length / height) * halfHeight, chromaHeight],
    );
    const { pixels } = picture;
    const lumaSize = picture.width * picture.height;
    const chromaSize = chromaWidth * chromaHeight;
    const chroma = (offset: number) => ({
      bytes: new Uint8Array(pixels, offset, chromaSize),
      stride: chromaWidth,
      ...this.#chroma,
    });
    this.#kernel.paint({
      planes: [
        { bytes: new Uint8Array(pixels, 0, lumaSize), stride: picture.width, ...this.#luma },
        chroma(lumaSize),
        chroma(lumaSize + chromaSize),
      ],
      width,
      height,
      at: y * this.width + x,
      channels: this.#channels,
      gain: this.#gain,
      offset: this.#offset,
    });
    return shown;
  }

  get #channels(): [number, number, number] {
    return this.#form.order === 'rgb' ? [0, 1, 2] : [2, 1, 0];
  }

  #fillWithPadding(): void {
    const area = this.width * this.height;
    const { data } = this.#kernel;
    this.#channels.forEach((channel, colour) => {
      const value = this.#gain[colour]! * this.#form.padding.value + this.#offset[colour]!;
      data.fill(value, channel * area, (channel + 1) * area);
    });
  }
}

/** Sums of a region's place and size may miss the edge of the picture by this, pixels. */
const ROUNDING = 1e-6;

/**
 * The part of a side of a region that lies in the picture.
 *
 * @param count tensor pixels of the whole side.
 * @returns `at`: its first tensor pixel of the side, `count` of them; `from`, `length`: picture pixels.
 */
function insideOf(from: number, length: number, limit: number, count: number) {
  if (from >= -ROUNDING && from + length <= limit + ROUNDING) return { at: 0, count, from, length };
  const scale = count / length;
  const first = Math.min(count, Math.max(0, Math.ceil(-from * scale)));
  const end = Math.max(first, Math.min(count, Math.floor((limit - from) * scale)));
  return {
    at: first,
    count: end - first,
    from: from + first / scale,
    length: (end - first) / scale,
  };
}

const perColour = (of: (colour: number) => number): [number, number, number] => [
  of(0),
  of(1),
  of(2),
];

function emptyTables(): Tables {
  return { columns: emptyResampleTable(), lines: emptyResampleTable(), madeFor: '' };
}

/** Parameters of {@link fillResampleTable}. */
type Axis = [count: number, from: number, length: number, limit: number];

/** The whole picture is needed in every frame; its tables are cached. */
function fillTables(tables: Tables, columns: Axis, lines: Axis): void {
  const wanted = `${columns} ${lines}`;
  if (tables.madeFor === wanted) return;
  tables.madeFor = wanted;
  fillResampleTable(tables.columns, ...columns);
  fillResampleTable(tables.lines, ...lines);
}
