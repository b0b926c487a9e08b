import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResampleTable } from './resample-table.ts';

/** The part of the WebAssembly API that is used here; Node's types leave it out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (size: { initial: number }) => Memory;
};

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** paint-kernel.wasm, compiled once per thread. */
const kernel = new WebAssembly.Module(
  new Uint8Array(readFileSync(join(import.meta.dirname, 'paint-kernel.wasm'))),
);

const PAGE = 65_536;
/** The kernel's own stack lies below. */
const FIRST = 8192;
/** Bytes of `Job`: three planes of ten fields, then twenty more. */
const JOB_BYTES = 4 * (3 * 10 + 20);
/** A vector load reads up to this many bytes beyond the last sample. */
const SLACK = 32;

const aligned = (bytes: number) => (bytes + 15) & ~15;

/** One plane of the picture, and the region to read. */
export interface KernelPlane {
  readonly bytes: Uint8Array;
  readonly stride: number;
  readonly columns: ResampleTable;
  readonly lines: ResampleTable;
}

/** Where and how to paint; gains and offsets map 0 to 255 to the tensor's values. */
export interface KernelJob {
  /** Luma, then the two planes of chroma, which share their tables. */
  readonly planes: readonly [KernelPlane, KernelPlane, KernelPlane];
  readonly width: number;
  readonly height: number;
  /** Row-major index of the first output pixel in the tensor. */
  readonly at: number;
  /** Order of red, green and blue among the tensor's planes. */
  readonly channels: readonly [number, number, number];
  readonly gain: readonly [number, number, number];
  readonly offset: readonly [number, number, number];
}

/**
 * The memory of the kernel (paint-kernel.c), with one tensor in it. Only the rows that a job reads
 * are copied in: WebAssembly sees its own memory only.
 */
export class PaintKernel {
  readonly #memory: Memory;
  readonly #paint: (job: number) => void;
  readonly #width: number;
  readonly #height: number;
  readonly #tensorAt = aligned(FIRST + JOB_BYTES);
  #at = 0;

  /** @param width of the tensor; three planes of width x height. */
  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    const bytes = this.#tensorAt + 12 * width * height;
    this.#memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) + 1 });
    const { exports } = new WebAssembly.Instance(kernel, { env: { memory: this.#memory } });
    this.#paint = exports.paint as (job: number) => void;
  }

  /** Bytes allocated. */
  get size(): number {
    return this.#memory.buffer.byteLength;
  }

  /** The tensor. Read it again after each {@link paint}: the memory may have grown. */
  get data(): Float32Array {
    return new Float32Array(this.#memory.buffer, this.#tensorAt, 3 * this.#width * this.#height);
  }

  paint(job: KernelJob): void {
    this.#at = aligned(this.#tensorAt + 12 * this.#width * this.#height);
    const [y, u] = job.planes;
    const columns = tableRoom(job.width, y) + tableRoom((job.width + 1) >> 1, u);
    const lines = tableRoom(job.height, y) + tableRoom((job.height + 1) >> 1, u);
    const rows = (height: number, { lines, stride }: KernelPlane) =>
      stride * (lines.start[height - 1]! + lines.taps - lines.start[0]!) + SLACK + 16;
    const pixels = rows(job.height, y) + 2 * rows((job.height + 1) >> 1, u);
    this.#reserve(this.#at + columns + lines + pixels + 16 * job.width + 2 * y.stride + PAGE);

    const { buffer } = this.#memory;
    const fields = new Int32Array(buffer, FIRST, JOB_BYTES / 4);
    const chromaTables = this.#tables(u, (job.width + 1) >> 1, (job.height + 1) >> 1);
    const tables = [this.#tables(y, job.width, job.height), chromaTables, chromaTables];
    let field = 0;
    let widest = 0;
    job.planes.forEach((plane, i) => {
      const table = tables[i]!;
      const { first, end, firstRow, endRow } = table;
      const rows = plane.bytes.subarray(firstRow * plane.stride, endRow * plane.stride);
      const at = this.#room(rows.length + SLACK);
      new Uint8Array(buffer, at, rows.length).set(rows);
      widest = Math.max(widest, end - first);
      fields.set([at, plane.stride, first, end - first, ...table.columns, ...table.lines], field);
      field += 10;
    });
    fields.set([job.width, job.height, this.#width], field);
    const area = this.#width * this.#height;
    job.channels.forEach((channel, i) => {
      fields[field + 3 + i] = this.#tensorAt + 4 * (channel * area + job.at);
    });
    const floats = new Float32Array(buffer, FIRST, JOB_BYTES / 4);
    floats.set([...job.gain, ...job.offset], field + 6);
    // The widest row in whole vectors, plus the overread of the last group of taps.
    fields[field + 12] = this.#room(2 * (widest + 32));
    for (let i = 0; i < 3; i++) fields[field + 13 + i] = this.#room(4 * (job.width / 2 + 8));
    this.#paint(FIRST);
  }

  /** Writes the two tables of a plane in the kernel's layout. */
  #tables({ columns, lines }: KernelPlane, width: number, height: number) {
    const first = columns.start[0]!;
    const end = columns.start[width - 1]! + columns.taps;
    const firstRow = lines.start[0]!;
    const endRow = lines.start[height - 1]! + lines.taps;
    const { buffer } = this.#memory;
    // Four output samples at a time; the last is repeated as padding.
    const count = (width + 3) & ~3;
    const groups = (columns.taps + 3) >> 2;
    const startAt = this.#room(4 * count);
    const start = new Int32Array(buffer, startAt, count);
    const weightAt = this.#room(8 * count * groups);
    const weight = new Int16Array(buffer, weightAt, 4 * count * groups).fill(0);
    for (let x = 0; x < count; x++) {
      const from = Math.min(x, width - 1);
      start[x] = columns.start[from]! - first;
      const at = (x >> 1) * 8 * groups + (x & 1) * 4;
      for (let k = 0; k < columns.taps; k++) {
        weight[at + (k >> 2) * 8 + (k & 3)] = columns.weight[from * columns.taps + k]!;
      }
    }
    const lineStartAt = this.#room(4 * height);
    const lineStart = new Int32Array(buffer, lineStartAt, height);
    for (let i = 0; i < height; i++) lineStart[i] = lines.start[i]! - firstRow;
    const lineWeightAt = this.#room(2 * height * lines.taps);
    new Int16Array(buffer, lineWeightAt, height * lines.taps).set(
      lines.weight.subarray(0, height * lines.taps),
    );
    return {
      first,
      end,
      firstRow,
      endRow,
      columns: [startAt, weightAt, columns.taps],
      lines: [lineStartAt, lineWeightAt, lines.taps],
    };
  }

  #room(bytes: number): number {
    const at = this.#at;
    this.#at = aligned(at + bytes);
    return at;
  }

  #reserve(bytes: number): void {
    const missing = bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
  }
}

/** Upper bound of the tables' bytes for this many output samples. */
const tableRoom = (count: number, { columns, lines }: KernelPlane) =>
  (count + 8) * (8 + 2 * (Math.max(columns.taps, lines.taps) + 4));
