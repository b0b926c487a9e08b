/**
 * Converts a picture of `Frame` (planar YUV 4:2:0, limited range, BT.709) into packed RGB.
 *
 * Matrix of Rec. ITU-R BT.709-6, item 3.2 and 3.4, in fixed point with 10 fraction bits:
 * R = 1.164(Y-16) + 1.793(V-128), G = 1.164(Y-16) - 0.213(U-128) - 0.533(V-128),
 * B = 1.164(Y-16) + 2.112(U-128).
 *
 * @param i420 luma of width*height bytes, then U and V of ceil(width/2)*ceil(height/2) each.
 * @returns width*height*3 bytes.
 */
export function i420ToRgb(i420: Uint8Array, width: number, height: number): Uint8ClampedArray {
  const rgb = new Uint8ClampedArray(width * height * 3);
  const chromaWidth = (width + 1) >> 1;
  const u = width * height;
  const v = u + chromaWidth * ((height + 1) >> 1);
  let out = 0;
  for (let y = 0; y < height; y++) {
    const luma = y * width;
    const chroma = (y >> 1) * chromaWidth;
    for (let x = 0; x < width; x++) {
      const c = 1192 * (i420[luma + x]! - 16) + 512;
      const d = i420[u + chroma + (x >> 1)]! - 128;
      const e = i420[v + chroma + (x >> 1)]! - 128;
      rgb[out++] = (c + 1836 * e) >> 10;
      rgb[out++] = (c - 218 * d - 546 * e) >> 10;
      rgb[out++] = (c + 2163 * d) >> 10;
    }
  }
  return rgb;
}
