import { sumColumns, sumLines } from './resample-passes.ts';
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

/** One plane and what resampling it needs, reused from frame to frame. */
interface Plane {
  words: Uint32Array;
  stride: number;
  rows: Uint8Array;
  columns: ResampleTable;
  lines: ResampleTable;
  /** One line after the vertical pass, samples times 256. */
  line: Uint16Array;
}

/**
 * Turns a region of an I420 picture (BT.709, limited range) into a float32 CHW tensor in one pass:
 * box filter where it shrinks, linear where it enlarges, letterboxed to the top-left corner.
 * Chroma is resampled to half the output's resolution, as finely as JPEG training pictures have it.
 *
 * The vertical pass works on four bytes at once: a 32-bit word is split into its even and odd
 * bytes, which then have 16 bits each to be weighted and summed in (weights add up to 256).
 */
export class TensorPainter {
  readonly width: number;
  readonly height: number;
  /** [1, 3, height, width]; valid until the next call of {@link paint}. */
  readonly data: Float32Array;
  readonly #form: TensorForm;
  readonly #y = emptyPlane();
  readonly #u = emptyPlane();
  readonly #v = emptyPlane();
  #scratch = new Uint32Array(0);
  #paintedWidth = 0;
  #paintedHeight = 0;
  #lumaRow = new Int32Array(0);
  #chroma = new Int32Array(0);
  readonly #lumaGain: number;
  readonly #lumaOffset: number;
  readonly #chromaGain: number;
  #red: Float32Array;
  #green: Float32Array;
  #blue: Float32Array;

  constructor(width: number, height: number, form: TensorForm) {
    this.width = width;
    this.height = height;
    this.#form = form;
    this.data = new Float32Array(3 * width * height);
    const half = (width + 1) >> 1;
    this.#lumaRow = new Int32Array(width);
    this.#chroma = new Int32Array(2 * half);
    this.#red = new Float32Array(half);
    this.#green = new Float32Array(half);
    this.#blue = new Float32Array(half);
    const unit = (form.range[1] - form.range[0]) / 255;
    // Sums are samples times 2^16. Limited range: luma 16..235, chroma 16..240 around 128.
    this.#lumaGain = (unit * (255 / 219)) / 65_536;
    this.#lumaOffset = form.range[0] - unit * (255 / 219) * 16;
    this.#chromaGain = (unit * (255 / 224)) / 65_536;
    this.data.fill(form.range[0] + unit * form.padding);
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
    this.#clearPadding(width, height);
    const halfWidth = (width + 1) >> 1;
    const halfHeight = (height + 1) >> 1;
    const chromaWidth = (picture.width + 1) >> 1;
    const chromaHeight = (picture.height + 1) >> 1;
    const lumaSize = picture.width * picture.height;
    const { pixels } = picture;
    setPlane(this.#y, pixels, 0, picture.width, picture.height);
    setPlane(this.#u, pixels, lumaSize, chromaWidth, chromaHeight);
    setPlane(this.#v, pixels, lumaSize + chromaWidth * chromaHeight, chromaWidth, chromaHeight);
    fillResampleTable(this.#y.columns, width, left, sourceWidth, picture.width);
    fillResampleTable(this.#y.lines, height, top, sourceHeight, picture.height);
    // An odd width or height has its last chroma sample reach one pixel beyond the picture.
    const chromaStepX = sourceWidth / 2 / (width / 2);
    const chromaStepY = sourceHeight / 2 / (height / 2);
    for (const plane of [this.#u, this.#v]) {
      fillResampleTable(plane.columns, halfWidth, left / 2, chromaStepX * halfWidth, chromaWidth);
      fillResampleTable(plane.lines, halfHeight, top / 2, chromaStepY * halfHeight, chromaHeight);
    }
    for (let line = 0; line < halfHeight; line++) {
      this.#chromaLine(line, halfWidth);
      this.#lumaLine(2 * line, width);
      if (2 * line + 1 < height) this.#lumaLine(2 * line + 1, width);
    }
    return { scale, left, top };
  }

  #clearPadding(width: number, height: number): void {
    if (width < this.#paintedWidth || height < this.#paintedHeight) {
      const [black, white] = this.#form.range;
      this.data.fill(black + ((white - black) / 255) * this.#form.padding);
    }
    this.#paintedWidth = width;
    this.#paintedHeight = height;
  }

  /** What one line of chroma adds to red, green and blue (ITU-R BT.709, section 3). */
  #chromaLine(line: number, halfWidth: number): void {
    const u = this.#chroma.subarray(0, halfWidth);
    const v = this.#chroma.subarray(halfWidth, 2 * halfWidth);
    this.#resampleLine(this.#u, line, halfWidth, u);
    this.#resampleLine(this.#v, line, halfWidth, v);
    const gain = this.#chromaGain;
    const [red, green, blue] = [this.#red, this.#green, this.#blue];
    for (let x = 0; x < halfWidth; x++) {
      const cb = (u[x]! - 8_388_608) * gain;
      const cr = (v[x]! - 8_388_608) * gain;
      red[x] = 1.5748 * cr;
      green[x] = -0.1873 * cb - 0.4681 * cr;
      blue[x] = 1.8556 * cb;
    }
  }

  #lumaLine(line: number, width: number): void {
    const luma = this.#lumaRow;
    this.#resampleLine(this.#y, line, width, luma);
    const area = this.width * this.height;
    const first = line * this.width;
    const rgb = this.#form.order === 'rgb';
    paintLine(
      this.data,
      first + (rgb ? 0 : 2 * area),
      first + area,
      first + (rgb ? 2 * area : 0),
      width,
      luma,
      this.#red,
      this.#green,
      this.#blue,
      this.#lumaGain,
      this.#lumaOffset,
      this.#form.range[0],
      this.#form.range[1],
    );
  }

  #resampleLine(plane: Plane, line: number, count: number, out: Int32Array): void {
    const { columns, lines } = plane;
    // Only the columns that the horizontal pass reads, in whole words.
    const firstWord = columns.start[0]! >> 2;
    const lastWord = (columns.start[count - 1]! + columns.taps - 1) >> 2;
    const taps = lines.taps;
    let words = plane.words;
    let base: number;
    let strideWords: number;
    if ((plane.stride & 3) === 0 && words.length > 0) {
      strideWords = plane.stride >> 2;
      base = lines.start[line]! * strideWords;
    } else {
      // Rows that do not begin on a word are brought into line first.
      strideWords = (plane.stride + 3) >> 2;
      if (this.#scratch.length < strideWords * taps) {
        this.#scratch = new Uint32Array(strideWords * taps);
      }
      words = this.#scratch;
      const bytes = new Uint8Array(words.buffer);
      for (let k = 0; k < taps; k++) {
        const at = (lines.start[line]! + k) * plane.stride;
        bytes.set(plane.rows.subarray(at, at + plane.stride), k * strideWords * 4);
      }
      base = 0;
    }
    if (plane.line.length < (strideWords + 1) * 4) {
      plane.line = new Uint16Array((strideWords + 1) * 4);
    }
    sumLines(
      words,
      base,
      strideWords,
      lines.weight,
      line * taps,
      taps,
      firstWord,
      lastWord,
      plane.line,
    );
    sumColumns(plane.line, columns.start, columns.weight, columns.taps, count, out);
  }
}

function emptyPlane(): Plane {
  return {
    words: new Uint32Array(0),
    stride: 0,
    rows: new Uint8Array(0),
    columns: emptyResampleTable(),
    lines: emptyResampleTable(),
    line: new Uint16Array(0),
  };
}

function setPlane(
  plane: Plane,
  pixels: SharedArrayBuffer,
  offset: number,
  stride: number,
  height: number,
): void {
  plane.stride = stride;
  plane.rows = new Uint8Array(pixels, offset, stride * height);
  plane.words =
    (offset & 3) === 0
      ? new Uint32Array(pixels, offset, (stride * height) >> 2)
      : new Uint32Array(0);
}

function paintLine(
  data: Float32Array,
  toRed: number,
  toGreen: number,
  toBlue: number,
  width: number,
  luma: Int32Array,
  red: Float32Array,
  green: Float32Array,
  blue: Float32Array,
  gain: number,
  offset: number,
  black: number,
  white: number,
): void {
  for (let x = 0; x < width; x++) {
    const y = luma[x]! * gain + offset;
    const half = x >> 1;
    const r = y + red[half]!;
    const g = y + green[half]!;
    const b = y + blue[half]!;
    data[toRed + x] = Math.min(Math.max(r, black), white);
    data[toGreen + x] = Math.min(Math.max(g, black), white);
    data[toBlue + x] = Math.min(Math.max(b, black), white);
  }
}
