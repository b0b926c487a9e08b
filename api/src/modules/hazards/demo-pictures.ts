import sharp from 'sharp';

/** A generated picture: a wall, a floor, and objects derived from a number. */
function scene(seed: number, mended: boolean): string {
  let state = seed * 7919;
  const next = (most: number) => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return Math.abs(state) % most;
  };
  const things = Array.from({ length: 7 }, () => {
    const [x, y] = [next(820), 60 + next(380)];
    const size = `width="${60 + next(180)}" height="${60 + next(160)}"`;
    return `<rect x="${x}" y="${y}" ${size} rx="6" fill="hsl(${next(360)},${15 + next(40)}%,${25 + next(45)}%)"/>`;
  });
  const marks = mended
    ? '<rect x="330" y="180" width="300" height="230" rx="8" fill="none" stroke="#e7b416" stroke-width="16"/><circle cx="820" cy="90" r="44" fill="#2e8b57"/>'
    : '<path d="M330 420 L480 170 L640 420 Z" fill="#e7b416" stroke="#222" stroke-width="10"/><rect x="470" y="250" width="22" height="90" fill="#222"/><rect x="470" y="360" width="22" height="24" fill="#222"/>';
  // The second picture has a slightly different viewpoint.
  const shift = mended ? 'translate(-70 24)' : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="640"><rect width="960" height="470" fill="#b9c0c4"/><rect y="470" width="960" height="170" fill="#6f7478"/><g transform="${shift}">${things.join('')}</g>${marks}</svg>`;
}

/** A picture of the demonstration, with its EXIF time, as from a phone. */
export function drawDemoPicture(
  seed: number,
  takenAt: Date,
  { mended = false }: { mended?: boolean } = {},
): Promise<Buffer> {
  const utc = takenAt.toISOString().slice(0, 19).replaceAll('-', ':').replace('T', ' ');
  return sharp(Buffer.from(scene(seed, mended)))
    .withExif({ IFD2: { DateTimeOriginal: utc, OffsetTimeOriginal: '+00:00' } })
    .jpeg({ quality: 80 })
    .toBuffer();
}
