import type { Box, Point } from '@anshi/contracts';

/*
 * The camera of the generated streams: a pinhole that looks north and down on a floor. Written for the
 * generator alone; the worker's own geometry is not used, so that an error in it is not repeated here.
 */

export const PICTURE: [number, number] = [1280, 720];
const FOCAL = 850;
const HEIGHT = 5;
const BACK = 5;
const CENTRE = 8;
const PITCH = (27 * Math.PI) / 180;
const [SIN, COS] = [Math.sin(PITCH), Math.cos(PITCH)];
const STATURE = 1.75;
const WIDTH = 0.55;

/** A point in space, metres, in picture pixels. */
function project([x, y]: Point, z: number): Point {
  const forward = (y + BACK) * COS + (HEIGHT - z) * SIN;
  const up = (y + BACK) * SIN - (HEIGHT - z) * COS;
  return [
    PICTURE[0] / 2 + (FOCAL * (x - CENTRE)) / forward,
    PICTURE[1] / 2 - (FOCAL * up) / forward,
  ];
}

export const toPicture = (floor: Point): Point => project(floor, 0);

/** The floor point that is seen at a place in the picture. */
export function toFloor([u, v]: Point): Point {
  const t = (PICTURE[1] / 2 - v) / FOCAL;
  const distance = (HEIGHT * (COS + t * SIN)) / Math.max(1e-6, SIN - t * COS);
  const forward = distance * COS + HEIGHT * SIN;
  return [CENTRE + ((u - PICTURE[0] / 2) * forward) / FOCAL, distance - BACK];
}

/** The box round a person who stands there, not clipped to the picture. */
export function boxOf(floor: Point): Box {
  const [u, bottom] = project(floor, 0);
  const [, top] = project(floor, STATURE);
  const half = ((bottom - top) * WIDTH) / STATURE / 2;
  return [u - half, top, u + half, bottom];
}

/** Share of a box that is in the picture. */
export function shareInPicture([left, top, right, bottom]: Box): number {
  const width = Math.min(right, PICTURE[0]) - Math.max(left, 0);
  const height = Math.min(bottom, PICTURE[1]) - Math.max(top, 0);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / ((right - left) * (bottom - top));
}

export const clip = ([left, top, right, bottom]: Box): Box => [
  Math.max(0, left),
  Math.max(0, top),
  Math.min(PICTURE[0], right),
  Math.min(PICTURE[1], bottom),
];

/** A rectangle on the floor: west, south, east, north in metres. */
export type Area = readonly [number, number, number, number];

/** @param margin how far outside of the area still counts, metres; below 0: how far inside it has to be. */
export const isOn = ([x, y]: Point, [west, south, east, north]: Area, margin: number): boolean =>
  x >= west - margin && x <= east + margin && y >= south - margin && y <= north + margin;

export const outlineOf = ([west, south, east, north]: Area): Point[] =>
  [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ].map((corner) => toPicture(corner as Point).map(Math.round) as Point);

/** Winding number of an outline round a point; 0 outside. */
export function winds([x, y]: Point, outline: readonly Point[]): number {
  let turns = 0;
  outline.forEach(([ax, ay], i) => {
    const [bx, by] = outline[(i + 1) % outline.length]!;
    const side = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
    if (ay <= y && by > y && side > 0) turns++;
    else if (ay > y && by <= y && side < 0) turns--;
  });
  return turns;
}
