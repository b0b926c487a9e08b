import { PaintKernel } from './paint-kernel.ts';
import { emptyResampleTable, fillResampleTable, type ResampleTable } from './resample-table.ts';

/** What the tensor has to look like; the `input` of a model card. */
export interface TensorForm {
  readonly order: 'bgr' | 'rgb';
  readonly range: readonly [number, number];
  readonly padding: number;
}

/** A planar I420 picture in shared memory (see Frame). */
export interface PlanarPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: SharedArrayBuffer;
}

/** The part of a picture that goes into a tensor, pixels of the picture, inside it. */
export interface SourceRegion {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How pixels of the tensor lie in the picture: picture = tensor / scale + (left, top). */
export interface Placement {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** The two tables of a plane, and what they were made for. */
interface Tables {
  readonly columns: ResampleTable;
  readonly lines: ResampleTable;
  madeFor: string;
}

/**
 * Turns a region of an I420 picture (BT.709, limited range) into a float32 CHW tensor in one pass:
 * box filter where it shrinks, Lanczos' where it enlarges, letterboxed to the top-left corner.
 * Chroma is resampled to half the output's resolution, as finely as JPEG training pictures have it.
 * The loops run in WebAssembly with 128-bit vectors (paint-kernel.c).
 */
export class TensorPainter {
  readonly width: number;
  readonly height: number;
  readonly #form: TensorForm;
  readonly #kernel: PaintKernel;
  readonly #luma = emptyTables();
  readonly #chroma = emptyTables();
  #paintedWidth = 0;
  #paintedHeight = 0;

  constructor(width: number, height: number, form: TensorForm) {
    this.width = width;
    this.height = height;
    this.#form = form;
    this.#kernel = new PaintKernel(width, height);
    this.#fillWithPadding();
  }

  /** [1, 3, height, width]; valid until the next call of {@link paint}. */
  get data(): Float32Array {
    return this.#kernel.data;
  }

  /**
   * @param region left out: the whole picture.
   * @returns where the tensor's pixels lie in the picture.
   */
  paint(picture: PlanarPicture, region?: SourceRegion): Placement {
    const left = region?.left ?? 0;
    const top = region?.top ?? 0;
    const sourceWidth = region?.width ?? picture.width;
    const sourceHeight = region?.height ?? picture.height;
    const scale = Math.min(this.width / sourceWidth, this.height / sourceHeight);
    const width = Math.max(1, Math.min(this.width, Math.round(sourceWidth * scale)));
    const height = Math.max(1, Math.min(this.height, Math.round(sourceHeight * scale)));
    if (width < this.#paintedWidth || height < this.#paintedHeight) this.#fillWithPadding();
    this.#paintedWidth = width;
    this.#paintedHeight = height;
    const halfWidth = (width + 1) >> 1;
    const halfHeight = (height + 1) >> 1;
    const chromaWidth = (picture.width + 1) >> 1;
    const chromaHeight = (picture.height + 1) >> 1;
    fillTables(
      this.#luma,
      [width, left, sourceWidth, picture.width],
      [height, top, sourceHeight, picture.height],
    );
    // An odd width or height has its last chroma sample reach one pixel beyond the picture.
    fillTables(
      this.#chroma,
      [halfWidth, left / 2, (sourceWidth / width) * halfWidth, chromaWidth],
      [halfHeight, top / 2, (sourceHeight / height) * halfHeight, chromaHeight],
    );
    const { pixels } = picture;
    const lumaSize = picture.width * picture.height;
    const chromaSize = chromaWidth * chromaHeight;
    const chroma = (offset: number) => ({
      bytes: new Uint8Array(pixels, offset, chromaSize),
      stride: chromaWidth,
      ...this.#chroma,
    });
    const { order, range } = this.#form;
    const gain = (range[1] - range[0]) / 255;
    this.#kernel.paint({
      planes: [
        { bytes: new Uint8Array(pixels, 0, lumaSize), stride: picture.width, ...this.#luma },
        chroma(lumaSize),
        chroma(lumaSize + chromaSize),
      ],
      width,
      height,
      channels: order === 'rgb' ? [0, 1, 2] : [2, 1, 0],
      gain: [gain, gain, gain],
      offset: [range[0], range[0], range[0]],
    });
    return { scale, left, top };
  }

  #fillWithPadding(): void {
    const { range, padding } = this.#form;
    this.#kernel.data.fill(range[0] + ((range[1] - range[0]) / 255) * padding);
  }
}

function emptyTables(): Tables {
  return { columns: emptyResampleTable(), lines: emptyResampleTable(), madeFor: '' };
}

/** What {@link fillResampleTable} is given. */
type Axis = [count: number, from: number, length: number, limit: number];

/** The whole picture is asked for in every frame; its tables stay. */
function fillTables(tables: Tables, columns: Axis, lines: Axis): void {
  const wanted = `${columns} ${lines}`;
  if (tables.madeFor === wanted) return;
  tables.madeFor = wanted;
  fillResampleTable(tables.columns, ...columns);
  fillResampleTable(tables.lines, ...lines);
}
