/**
 * Converts packed RGB to a picture of `Frame`: planar YUV 4:2:0, limited range, BT.709 (Rec. ITU-R
 * BT.709-6, items 3.2 and 3.4). A chroma sample is the mean of the four pixels that it covers, or
 * of fewer at an odd edge.
 *
 * @param rgb width*height*3 bytes.
 * @returns luma of width*height bytes, then U and V of ceil(width/2)*ceil(height/2) each.
 */
export function rgbToI420(rgb: Uint8Array, width: number, height: number): SharedArrayBuffer {
  const chromaWidth = (width + 1) >> 1;
  const chromaHeight = (height + 1) >> 1;
  const luma = width * height;
  const pixels = new SharedArrayBuffer(luma + 2 * chromaWidth * chromaHeight);
  const planes = new Uint8ClampedArray(pixels);
  for (let i = 0, at = 0; i < luma; i++, at += 3) {
    planes[i] = 16 + (219 / 255) * lumaOf(rgb[at]!, rgb[at + 1]!, rgb[at + 2]!);
  }
  const u = luma;
  const v = luma + chromaWidth * chromaHeight;
  for (let y = 0; y < chromaHeight; y++) {
    const lines = [2 * y, Math.min(height - 1, 2 * y + 1)];
    for (let x = 0; x < chromaWidth; x++) {
      const columns = [2 * x, Math.min(width - 1, 2 * x + 1)];
      let red = 0;
      let green = 0;
      let blue = 0;
      for (const line of lines) {
        for (const column of columns) {
          const at = 3 * (line * width + column);
          red += rgb[at]!;
          green += rgb[at + 1]!;
          blue += rgb[at + 2]!;
        }
      }
      const bright = lumaOf(red, green, blue) / 4;
      const at = y * chromaWidth + x;
      planes[u + at] = 128 + ((224 / 255) * (blue / 4 - bright)) / 1.8556;
      planes[v + at] = 128 + ((224 / 255) * (red / 4 - bright)) / 1.5748;
    }
  }
  return pixels;
}

const lumaOf = (red: number, green: number, blue: number) =>
  0.2126 * red + 0.7152 * green + 0.0722 * blue;
