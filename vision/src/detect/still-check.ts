import type { PlanarPicture } from './prepare.ts';

/** Side of a block, pixels. A person of 40 px of height covers most of two. */
const BLOCK = 16;
/** Every second line and column is read: 64 samples of a block. */
const STEP = 2;
/**
 * A block whose mean luma changes by more than this is motion. Noise of a sensor moves the mean of
 * 64 samples by less than 1, a new key frame of the camera's encoder by about 2.
 */
const CHANGE = 4;

/** Width, height, and 1 where there is a picture. */
const HEADER = 3;

/**
 * The mean luma of the blocks of a camera's last empty picture, in shared memory: whichever thread
 * has the next frame compares it. One frame of a camera is in progress at a time, so no two threads
 * write.
 */
export class StillCheck {
  readonly #memory: SharedArrayBuffer;
  readonly #header: Int32Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer) {
    this.#memory = memory;
    this.#header = new Int32Array(memory, 0, HEADER);
  }

  /** @param width of the widest picture, pixels. @param height of the highest, pixels. */
  static create(width: number, height: number): SharedArrayBuffer {
    return new SharedArrayBuffer(4 * HEADER + blocksOf(width, height));
  }

  /** Whether no block differs from the remembered picture. False where there is none of this size. */
  isStill(picture: PlanarPicture): boolean {
    const [width, height, isKnown] = this.#header;
    if (isKnown !== 1 || width !== picture.width || height !== picture.height) return false;
    const before = this.#means(picture);
    return !eachBlock(picture, (block, mean) => Math.abs(mean - before[block]!) > CHANGE);
  }

  /** Remembers a picture; one that is too large for the memory is never still. */
  remember(picture: PlanarPicture): void {
    const fits = blocksOf(picture.width, picture.height) <= this.#memory.byteLength - 4 * HEADER;
    this.#header.set([picture.width, picture.height, fits ? 1 : 0]);
    if (!fits) return;
    const means = this.#means(picture);
    eachBlock(picture, (block, mean) => {
      means[block] = mean;
      return false;
    });
  }

  #means({ width, height }: PlanarPicture): Uint8Array {
    return new Uint8Array(this.#memory, 4 * HEADER, blocksOf(width, height));
  }
}

const blocksOf = (width: number, height: number) =>
  Math.ceil(width / BLOCK) * Math.ceil(height / BLOCK);

/** Visits the blocks with their mean luma until `visit` returns true. @returns whether it did. */
function eachBlock(
  { width, height, pixels }: PlanarPicture,
  visit: (block: number, mean: number) => boolean,
): boolean {
  const luma = new Uint8Array(pixels, 0, width * height);
  let block = 0;
  for (let top = 0; top < height; top += BLOCK) {
    const bottom = Math.min(height, top + BLOCK);
    for (let left = 0; left < width; left += BLOCK) {
      const right = Math.min(width, left + BLOCK);
      let sum = 0;
      let count = 0;
      for (let y = top; y < bottom; y += STEP) {
        const line = y * width;
        for (let x = left; x < right; x += STEP) {
          sum += luma[line + x]!;
          count++;
        }
      }
      if (visit(block++, Math.round(sum / count))) return true;
    }
  }
  return false;
}
