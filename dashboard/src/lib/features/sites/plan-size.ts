/** Width and height of a picture in pixels, or of a plan in metres. */
export type Size = [number, number];

const toCentimetre = (metres: number): number => Math.round(metres * 100) / 100;

/** The size of a plan so wide, in the shape of its picture. */
export const sizeByWidth = (width: number, picture: Size): Size => [
  width,
  toCentimetre((width * picture[1]) / picture[0]),
];

/**
 * The size of a plan on whose picture two points are so far apart.
 *
 * @returns null where the points are one, or the distance is none.
 */
export function sizeByDistance(
  points: readonly (readonly [number, number])[],
  metres: number,
  picture: Size,
): Size | null {
  const [a, b] = points;
  if (!a || !b || !(metres > 0)) return null;
  const pixels = Math.hypot(b[0] - a[0], b[1] - a[1]);
  if (pixels < 1) return null;
  const scale = metres / pixels;
  return [toCentimetre(picture[0] * scale), toCentimetre(picture[1] * scale)];
}

/** Whether a plan has the shape of a picture, as the API takes it. */
export const hasShape = ([width, depth]: Size, picture: Size): boolean =>
  Math.abs(depth / ((width * picture[1]) / picture[0]) - 1) <= 0.02;

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/** The least round number of metres of which at most so many lie along the longer side. */
export function roundStep(size: Size, most: number): number {
  const longer = Math.max(...size);
  return STEPS.find((step) => longer / step <= most) ?? 20_000;
}

/** Lines of a grid of so many metres, as a path in metres whose y points down from the upper edge. */
export function gridPath([width, depth]: Size, step: number): string {
  const across = Array.from(
    { length: Math.floor(width / step) },
    (_, n) => `M${(n + 1) * step} 0V${depth}`,
  );
  const up = Array.from(
    { length: Math.floor(depth / step) },
    (_, n) => `M0 ${depth - (n + 1) * step}H${width}`,
  );
  return [...across, ...up].join('');
}

/** Metres with as many decimals as they have, two at most. */
export const metreText = (metres: number, locale: string): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(metres);
