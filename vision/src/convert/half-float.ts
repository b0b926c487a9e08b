/**
 * Reads IEEE 754 half-precision numbers, little-endian.
 *
 * @throws RangeError for an odd number of bytes.
 */
export function readHalfFloats(bytes: Uint8Array): Float32Array {
  if (bytes.length % 2 !== 0)
    throw new RangeError(`${bytes.length} bytes are not a whole number of half floats`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) =>
    halfFloat(view.getUint16(2 * i, true)),
  );
}

/** @param bits the 16 bits of the number: sign, 5 of the exponent, 10 of the fraction. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
