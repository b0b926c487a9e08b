import sharp from 'sharp';

/** A unique photo: coloured rectangles from a seed. */
export function photo(seed: number): Promise<Buffer> {
  let state = seed;
  const next = (below: number) => {
    // xorshift: the same seed gives the same picture.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.abs(state) % below;
  };
  const fields = Array.from(
    { length: 24 },
    () =>
      `<rect x="${next(700)}" y="${next(500)}" width="${60 + next(240)}" height="${60 + next(200)}" fill="hsl(${next(360)} ${30 + next(60)}% ${20 + next(60)}%)"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><rect width="800" height="600" fill="#667"/>${fields.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 90 }).toBuffer();
}
