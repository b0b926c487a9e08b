import sharp from 'sharp';

const SIDE = 32;
const LOW = 8;
/** Standard deviation of the grey values (0..255) below which a picture is blank. */
const LEAST_CONTRAST = 3;

/** `COS[u][x]`: the row u of the discrete cosine transform (type II) of 32 values. */
const COS = Array.from({ length: LOW + 1 }, (_, u) =>
  Array.from({ length: SIDE }, (_, x) => Math.cos(((2 * x + 1) * u * Math.PI) / (2 * SIDE))),
);

/**
 * The 64-bit perceptual hash of a picture: which of its 8 x 8 lowest frequencies (without the mean)
 * are above their median. Scaling, compression and brightness change only few bits.
 *
 * Own code rather than sharp-phash: that scales to 32 x 32 before it rotates the picture upright,
 * and its hash includes the mean, which makes one bit depend on brightness and skews the threshold.
 *
 * @param picture upright, as a path or its bytes.
 * @returns 16 hex digits; null for a blank picture, since all of those are alike.
 */
export async function perceptualHash(picture: string | Buffer): Promise<string | null> {
  const grey = await sharp(picture)
    .flatten({ background: '#fff' })
    .greyscale()
    .resize(SIDE, SIDE, { fit: 'fill' })
    .raw()
    .toBuffer();
  const mean = grey.reduce((sum, one) => sum + one, 0) / grey.length;
  const variance = grey.reduce((sum, one) => sum + (one - mean) ** 2, 0) / grey.length;
  if (Math.sqrt(variance) < LEAST_CONTRAST) return null;
  const low = lowFrequencies(grey);
  const sorted = [...low].sort((a, b) => a - b);
  const median = ((sorted[31] ?? 0) + (sorted[32] ?? 0)) / 2;
  const bits = low.map((one) => (one > median ? '1' : '0')).join('');
  return BigInt(`0b${bits}`).toString(16).padStart(16, '0');
}

/** The coefficients 1..8 in both directions: the first row and column depend on brightness. */
function lowFrequencies(grey: Buffer): number[] {
  const rows = Array.from({ length: SIDE }, (_, y) =>
    Array.from({ length: LOW }, (_, u) => {
      const cos = COS[u + 1] ?? [];
      let sum = 0;
      for (let x = 0; x < SIDE; x++) sum += (grey[y * SIDE + x] ?? 0) * (cos[x] ?? 0);
      return sum;
    }),
  );
  return Array.from({ length: LOW * LOW }, (_, index) => {
    const cos = COS[Math.floor(index / LOW) + 1] ?? [];
    return rows.reduce((sum, row, y) => sum + (row[index % LOW] ?? 0) * (cos[y] ?? 0), 0);
  });
}

/** Hamming distance of two hashes. */
export function hashDistance(a: string, b: string): number {
  const differing = (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2);
  return differing.replaceAll('0', '').length;
}
