import type { Box } from '@anshi/contracts';
import type { PlanarPicture } from '../detect/prepare.ts';

/** The picture with left and right exchanged. */
export function mirrored({ width, height, pixels }: PlanarPicture): PlanarPicture {
  const from = new Uint8Array(pixels);
  const copy = new SharedArrayBuffer(from.length);
  const to = new Uint8Array(copy);
  const chroma = [(width + 1) >> 1, (height + 1) >> 1] as const;
  let at = 0;
  for (const [columns, lines] of [[width, height], chroma, chroma]) {
    for (let line = 0; line < lines; line++) {
      const end = at + columns;
      to.set(from.subarray(at, end).toReversed(), at);
      at = end;
    }
  }
  return { width, height, pixels: copy };
}

/** A box of the mirrored picture where it is in the picture, or the other way round. */
export const mirroredBox = ([left, top, right, bottom]: Box, width: number): Box => [
  width - right,
  top,
  width - left,
  bottom,
];
