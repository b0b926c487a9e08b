import type { Box } from '@anshi/contracts';
import type { SeenBox } from '../blur/faces.ts';
import type { Frame } from '../frame.ts';

/** Pixels across: enough to see what the camera looks at. */
const WIDTH = 320;

/** The last picture of a camera in small, I420 as in `Frame`. It shows faces until it is blurred. */
export interface SmallPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: ArrayBuffer;
  /** Exposure, milliseconds since the epoch. */
  readonly at: number;
  /** What was seen in the whole picture, in pixels of this one. */
  readonly boxes: readonly SeenBox[];
}

/** Takes every n-th pixel of a frame; a narrower one stays as it is. */
export function smallPicture(
  { width, height, pixels, at }: Frame,
  seen: readonly SeenBox[],
): SmallPicture {
  const source = new Uint8Array(pixels);
  const share = Math.max(1, width / WIDTH);
  const wide = Math.floor(width / share / 2) * 2;
  const tall = Math.floor(height / share / 2) * 2;
  const small = new Uint8Array(wide * tall * 1.5);
  take(source, 0, width, small, 0, wide, tall, share);
  const chroma = { from: width * height, wide: Math.ceil(width / 2), tall: Math.ceil(height / 2) };
  for (const plane of [0, 1]) {
    const from = chroma.from + plane * chroma.wide * chroma.tall;
    const to = wide * tall * (1 + plane / 4);
    take(source, from, chroma.wide, small, to, wide / 2, tall / 2, share);
  }
  const boxes = seen.map(({ label, box, score }) => ({
    label,
    score,
    box: box.map((pixel) => pixel / share) as Box,
  }));
  return { width: wide, height: tall, pixels: small.buffer, at, boxes };
}

/** Side of a block that is compared, pixels of a small picture. */
const BLOCK = 4;
/** Mean luma of a block may differ by so much: noise of a sensor that was not averaged, and of an encoder. */
const CHANGE = 8;

/** Whether two pictures of a camera show the same: no block of one differs clearly from that of the other. */
export function isSameScene(a: SmallPicture, b: SmallPicture): boolean {
  const { width, height } = a;
  if (width !== b.width || height !== b.height) return false;
  const [first, second] = [a, b].map(({ pixels }) => new Uint8Array(pixels, 0, width * height)) as [
    Uint8Array,
    Uint8Array,
  ];
  const most = CHANGE * BLOCK * BLOCK;
  for (let top = 0; top + BLOCK <= height; top += BLOCK) {
    for (let left = 0; left + BLOCK <= width; left += BLOCK) {
      let difference = 0;
      for (let y = top; y < top + BLOCK; y++) {
        for (let x = left; x < left + BLOCK; x++) {
          difference += first[y * width + x]! - second[y * width + x]!;
        }
      }
      if (Math.abs(difference) > most) return false;
    }
  }
  return true;
}

function take(
  source: Uint8Array,
  from: number,
  line: number,
  into: Uint8Array,
  to: number,
  wide: number,
  tall: number,
  share: number,
): void {
  for (let y = 0; y < tall; y++) {
    const row = from + Math.floor(y * share) * line;
    for (let x = 0; x < wide; x++) into[to + y * wide + x] = source[row + Math.floor(x * share)]!;
  }
}
