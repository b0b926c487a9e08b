import type { Armed } from '$lib/features/arming/arming-api.ts';

/** [x, y] in pixels of the camera's picture. */
export type Spot = [number, number];

export interface ZoneShape {
  id: string;
  name: { zh: string; en: string };
  kind: 'work-area' | 'machine-cell' | 'chemical-store' | 'walkway';
  plane?: 'floor' | 'picture';
  area?: string;
  /** When its rules apply; left out, always. */
  armed?: Armed;
  polygon: Spot[];
}
export interface LineShape {
  id: string;
  name: { zh: string; en: string };
  from: Spot;
  to: Spot;
}
/** A part of the picture in which people are left out. */
export interface MaskShape {
  id: string;
  name: { zh: string; en: string };
  polygon: Spot[];
}
/** What is drawn on the picture of a camera. */
export interface Shapes {
  zones: ZoneShape[];
  lines: LineShape[];
  masks: MaskShape[];
}
/** A point of a shape: of a zone or a mask by its place, of a line 0 for `from` and 1 for `to`. */
export interface PointOf {
  shape: 'zone' | 'line' | 'mask';
  id: string;
  point: number;
}

const clamp = (value: number, most: number): number =>
  Math.min(Math.max(Math.round(value), 0), most);

/** The nearest whole pixel inside the picture. */
export const inside = ([x, y]: Spot, [width = 0, height = 0]: readonly number[]): Spot => [
  clamp(x, width),
  clamp(y, height),
];

type Outlined = Pick<ZoneShape, 'id' | 'polygon'>;
/** Changes the outline of a zone or a mask; a line has none. */
function changeOutline(
  shapes: Shapes,
  { shape, id }: Pick<PointOf, 'shape' | 'id'>,
  change: (polygon: Spot[]) => Spot[],
): Shapes {
  const changed = <Kind extends Outlined>(all: Kind[]): Kind[] =>
    all.map((one) => (one.id === id ? { ...one, polygon: change(one.polygon) } : one));
  if (shape === 'zone') return { ...shapes, zones: changed(shapes.zones) };
  return shape === 'mask' ? { ...shapes, masks: changed(shapes.masks) } : shapes;
}
const outlined = (shapes: Shapes, shape: PointOf['shape']): readonly Outlined[] =>
  shape === 'zone' ? shapes.zones : shape === 'mask' ? shapes.masks : [];
/** What arms a zone; undefined: nothing, its rules always apply. */
export const armZone = (shapes: Shapes, id: string, armed: Armed | undefined): Shapes => ({
  ...shapes,
  zones: shapes.zones.map((zone) => {
    if (zone.id !== id) return zone;
    const { armed: _, ...rest } = zone;
    return { ...rest, ...(armed ? { armed } : {}) };
  }),
});
const changeLine = (
  shapes: Shapes,
  id: string,
  change: (line: LineShape) => LineShape,
): Shapes => ({
  ...shapes,
  lines: shapes.lines.map((line) => (line.id === id ? change(line) : line)),
});

export const spotOf = (shapes: Shapes, { shape, id, point }: PointOf): Spot | undefined => {
  if (shape !== 'line') return outlined(shapes, shape).find((one) => one.id === id)?.polygon[point];
  const line = shapes.lines.find((one) => one.id === id);
  return point === 0 ? line?.from : line?.to;
};

export function movePoint(shapes: Shapes, of: PointOf, to: Spot): Shapes {
  if (of.shape === 'line') {
    return changeLine(shapes, of.id, (line) => ({ ...line, [of.point === 0 ? 'from' : 'to']: to }));
  }
  return changeOutline(shapes, of, (polygon) =>
    polygon.map((spot, n) => (n === of.point ? to : spot)),
  );
}

/** A new point in the middle of the edge that begins at this one. */
export const splitEdge = (shapes: Shapes, of: PointOf): Shapes =>
  changeOutline(shapes, of, (polygon) => {
    const [a, b] = [polygon[of.point]!, polygon[(of.point + 1) % polygon.length]!];
    const middle: Spot = [Math.round((a[0] + b[0]) / 2), Math.round((a[1] + b[1]) / 2)];
    return polygon.toSpliced(of.point + 1, 0, middle);
  });

/** An outline keeps three points. */
export const removePoint = (shapes: Shapes, of: PointOf): Shapes =>
  changeOutline(shapes, of, (polygon) =>
    polygon.length <= 3 ? polygon : polygon.toSpliced(of.point, 1),
  );

export const removeShape = (
  shapes: Shapes,
  { shape, id }: Pick<PointOf, 'shape' | 'id'>,
): Shapes => ({
  zones: shape === 'zone' ? shapes.zones.filter((zone) => zone.id !== id) : shapes.zones,
  lines: shape === 'line' ? shapes.lines.filter((line) => line.id !== id) : shapes.lines,
  masks: shape === 'mask' ? shapes.masks.filter((mask) => mask.id !== id) : shapes.masks,
});

/** Another direction for the rules on it: left becomes right. */
export const turnLine = (shapes: Shapes, id: string): Shapes =>
  changeLine(shapes, id, (line) => ({ ...line, from: line.to, to: line.from }));

const freeId = (taken: readonly { id: string }[], kind: string): [id: string, n: number] => {
  for (let n = taken.length + 1; ; n++) {
    const id = `${kind}-${n}`;
    if (!taken.some((one) => one.id === id)) return [id, n];
  }
};

/** A zone in the middle of the picture. */
export function addZone(shapes: Shapes, [width = 0, height = 0]: readonly number[]): Shapes {
  const [id, n] = freeId(shapes.zones, 'zone');
  const at = (x: number, y: number): Spot => [Math.round(width * x), Math.round(height * y)];
  const polygon = [at(0.35, 0.4), at(0.65, 0.4), at(0.65, 0.75), at(0.35, 0.75)];
  const zone: ZoneShape = {
    id,
    name: { zh: `区域 ${n}`, en: `Zone ${n}` },
    kind: 'work-area',
    polygon,
  };
  return { ...shapes, zones: [...shapes.zones, zone] };
}

/** A mask in the upper part of the picture, where screens and windows are. */
export function addMask(shapes: Shapes, [width = 0, height = 0]: readonly number[]): Shapes {
  const [id, n] = freeId(shapes.masks, 'mask');
  const at = (x: number, y: number): Spot => [Math.round(width * x), Math.round(height * y)];
  const polygon = [at(0.4, 0.1), at(0.6, 0.1), at(0.6, 0.3), at(0.4, 0.3)];
  const mask: MaskShape = { id, name: { zh: `遮罩 ${n}`, en: `Mask ${n}` }, polygon };
  return { ...shapes, masks: [...shapes.masks, mask] };
}

export function addLine(shapes: Shapes, [width = 0, height = 0]: readonly number[]): Shapes {
  const [id, n] = freeId(shapes.lines, 'line');
  const at = (x: number): Spot => [Math.round(width * x), Math.round(height * 0.6)];
  const line: LineShape = {
    id,
    name: { zh: `线 ${n}`, en: `Line ${n}` },
    from: at(0.35),
    to: at(0.65),
  };
  return { ...shapes, lines: [...shapes.lines, line] };
}

/**
 * Where the arrow of a crossing begins and ends: from the left of a person who stands at `from` and
 * looks to `to`, to the right. y points down, so that right of (dx, dy) is (-dy, dx).
 *
 * @param length in pixels of the picture.
 */
export function crossingArrow({ from, to }: LineShape, length: number): [from: Spot, to: Spot] {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const size = Math.hypot(dx, dy) || 1;
  const [rx, ry] = [(-dy / size) * (length / 2), (dx / size) * (length / 2)];
  const [mx, my] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  return [
    [mx - rx, my - ry],
    [mx + rx, my + ry],
  ];
}
