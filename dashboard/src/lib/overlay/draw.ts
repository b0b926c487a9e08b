import type { PpeState, TrackedPerson } from '@anshi/contracts';
import { shortId } from '$lib/format/short-id.ts';
import { mapPoint, type Rect, type Size } from './geometry.ts';

/** Colours on video: the same in both themes, because the picture does not change with them. */
export const filmColours = {
  violation: '#ff5a5f',
  compliant: '#3fdc9b',
  unknown: '#d5e0e4',
  zone: '#ffc24d',
  plate: 'rgb(5 8 10 / 78%)',
} as const;

export type Standing = 'violation' | 'compliant' | 'unknown';

/** Unknown is never drawn as compliant. */
export function standing(person: Pick<TrackedPerson, 'equipment' | 'violations'>): Standing {
  if (person.violations.length > 0) return 'violation';
  const states = Object.values(person.equipment);
  return states.length > 0 && states.every((state) => state === 'worn') ? 'compliant' : 'unknown';
}

const helmetPath = 'M1 10.5h14v1.8H1zM2.5 9.3a5.5 5.5 0 0 1 11 0z';
const vestPath = 'M4 2.5h2l2 3 2-3h2l1.5 4v7h-11v-7z';
/** A shield, for an item without a picture of its own. */
const itemPath = 'M8 1.5l5.5 2v4.3c0 3.3-2.3 5.7-5.5 6.7-3.2-1-5.5-3.4-5.5-6.7V3.5z';
const itemPaths: Readonly<Record<string, string>> = { helmet: helmetPath, vest: vestPath };
const LABEL_HEIGHT = 16;
const nameFont =
  '600 11px Inter, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei UI", sans-serif';
/** More would be wider than a person. */
const mostGlyphs = 4;

function stateColour(state: PpeState): string {
  if (state === 'worn') return filmColours.compliant;
  return state === 'missing' ? filmColours.violation : filmColours.unknown;
}

function glyph(
  ctx: CanvasRenderingContext2D,
  path: string,
  state: PpeState,
  x: number,
  y: number,
): void {
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(0.75, 0.75);
  ctx.fillStyle = ctx.strokeStyle = stateColour(state);
  const shape = new Path2D(path);
  if (state === 'worn') ctx.fill(shape);
  else {
    ctx.lineWidth = 1.4;
    ctx.setLineDash(state === 'unknown' ? [2, 1.5] : []);
    ctx.stroke(shape);
  }
  if (state === 'missing') {
    ctx.setLineDash([]);
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.moveTo(1, 14.5);
    ctx.lineTo(15, 1.5);
    ctx.stroke();
  }
  ctx.restore();
}

/** Corner brackets and a thin frame: the person stays visible inside. */
export function drawFrame(
  ctx: CanvasRenderingContext2D,
  r: Rect,
  colour: string,
  strong: boolean,
): void {
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.shadowColor = 'rgb(0 0 0 / 60%)';
  ctx.shadowBlur = 2;
  ctx.globalAlpha = strong ? 0.75 : 0.5;
  ctx.lineWidth = 1;
  ctx.strokeRect(r.x, r.y, r.width, r.height);
  ctx.globalAlpha = 1;
  ctx.lineWidth = strong ? 2.5 : 2;
  const arm = Math.min(10, r.width / 3, r.height / 4);
  ctx.beginPath();
  for (const [x, y, dx, dy] of [
    [r.x, r.y, 1, 1],
    [r.x + r.width, r.y, -1, 1],
    [r.x, r.y + r.height, 1, -1],
    [r.x + r.width, r.y + r.height, -1, -1],
  ] as const) {
    ctx.moveTo(x + dx * arm, y);
    ctx.lineTo(x, y);
    ctx.lineTo(x, y + dy * arm);
  }
  ctx.stroke();
  ctx.restore();
}

function plate(ctx: CanvasRenderingContext2D, x: number, y: number, width: number): void {
  ctx.fillStyle = filmColours.plate;
  ctx.beginPath();
  ctx.roundRect(x, y, width, LABEL_HEIGHT, 3);
  ctx.fill();
}

/** Text on a dark label above a point; `y` is the bottom of the label. */
export function drawLabel(
  ctx: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: string,
): void {
  ctx.font = nameFont;
  plate(ctx, x, y - 16, ctx.measureText(text).width + 10);
  ctx.fillStyle = colour;
  ctx.textBaseline = 'middle';
  ctx.fillText(text, x + 5, y - 7.5);
}

/** A person's label: an icon for each item of equipment, and the name or the track number. */
export interface PersonLabel {
  size: Size;
  draw(ctx: CanvasRenderingContext2D, x: number, y: number): void;
}

/** Stands for the name of a confirmed person of whom the viewer may not know. */
export const HIDDEN_NAME = '***';
/** Longer names are cut, picture pixels. */
const MOST_NAME_WIDTH = 110;

/** A text, cut to a width with an ellipsis, as it is written with the font of the context. */
export function fitted(ctx: Pick<CanvasRenderingContext2D, 'measureText'>, text: string): string {
  if (ctx.measureText(text).width <= MOST_NAME_WIDTH) return text;
  // By characters, not by halves of them.
  const characters = [...text];
  while (characters.length > 1) {
    characters.pop();
    const cut = `${characters.join('').trimEnd()}…`;
    if (ctx.measureText(cut).width <= MOST_NAME_WIDTH) return cut;
  }
  return '…';
}

/**
 * @param name of the person by the badge; null where the viewer may not know it, undefined where no badge is confirmed:
 *   then the number of the track stands in its place.
 */
export function personLabel(
  ctx: CanvasRenderingContext2D,
  person: Pick<TrackedPerson, 'track' | 'equipment'>,
  name?: string | null,
): PersonLabel {
  const isKnown = name !== undefined;
  const font = isKnown ? nameFont : '600 10px Inter, "Liberation Sans", sans-serif';
  ctx.font = font;
  const text = isKnown ? fitted(ctx, name ?? HIDDEN_NAME) : shortId(person.track);
  const items = Object.entries(person.equipment).slice(0, mostGlyphs);
  const width = 6 + 15 * items.length + ctx.measureText(text).width + 4;
  return {
    size: { width, height: LABEL_HEIGHT },
    draw(on, x, y) {
      plate(on, x, y, width);
      items.forEach(([item, state], i) => {
        glyph(on, itemPaths[item] ?? itemPath, state, x + 3 + 15 * i, y + 2);
      });
      on.font = font;
      on.fillStyle = filmColours.unknown;
      on.textBaseline = 'middle';
      on.fillText(text, x + 4 + 15 * items.length, y + 8.5);
    },
  };
}

/** The size of a zone's or line's name on its plate. */
export function nameSize(ctx: CanvasRenderingContext2D, name: string): Size {
  ctx.font = nameFont;
  return { width: ctx.measureText(name).width + 10, height: LABEL_HEIGHT };
}

/** A zone's outline. */
export function drawZone(
  ctx: CanvasRenderingContext2D,
  polygon: readonly (readonly number[])[],
  picture: Size,
  shown: Rect,
): void {
  ctx.save();
  ctx.beginPath();
  for (const [x, y] of polygon.map((p) => mapPoint(p, picture, shown))) ctx.lineTo(x, y);
  ctx.closePath();
  ctx.fillStyle = `${filmColours.zone}14`;
  ctx.strokeStyle = `${filmColours.zone}b0`;
  ctx.setLineDash([5, 4]);
  ctx.lineWidth = 1.2;
  ctx.fill();
  ctx.stroke();
  ctx.restore();
}

/** The outline of the zone that a violation is of. */
export function drawOutline(
  ctx: CanvasRenderingContext2D,
  outline: readonly (readonly number[])[],
  picture: Size,
  shown: Rect,
): void {
  const points = outline.map((p) => mapPoint(p, picture, shown));
  if (points.length === 0) return;
  ctx.save();
  ctx.beginPath();
  for (const [x, y] of points) ctx.lineTo(x, y);
  ctx.closePath();
  ctx.fillStyle = `${filmColours.violation}1f`;
  ctx.strokeStyle = filmColours.violation;
  ctx.lineWidth = 2;
  ctx.fill();
  ctx.stroke();
  ctx.restore();
}

/** A directed line with an arrow from left to right of its direction. */
export function drawLine(
  ctx: CanvasRenderingContext2D,
  line: { from: readonly number[]; to: readonly number[] },
  picture: Size,
  shown: Rect,
): void {
  const [x1, y1] = mapPoint(line.from, picture, shown);
  const [x2, y2] = mapPoint(line.to, picture, shown);
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [mx, my] = [(x1 + x2) / 2, (y1 + y2) / 2];
  // Picture y points down, so the right-hand normal of (dx, dy) is (-dy, dx).
  const [nx, ny] = [-(y2 - y1) / length, (x2 - x1) / length];
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = filmColours.zone;
  ctx.shadowColor = 'rgb(0 0 0 / 60%)';
  ctx.shadowBlur = 2;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.moveTo(mx - nx * 8, my - ny * 8);
  ctx.lineTo(mx + nx * 8, my + ny * 8);
  ctx.stroke();
  ctx.beginPath();
  ctx.moveTo(mx + nx * 13, my + ny * 13);
  ctx.lineTo(mx + nx * 7 - ny * 4.5, my + ny * 7 + nx * 4.5);
  ctx.lineTo(mx + nx * 7 + ny * 4.5, my + ny * 7 - nx * 4.5);
  ctx.fill();
  ctx.restore();
}

/** Fits the canvas's bitmap to its displayed size and clears it. Null where it is not displayed. */
export function beginFrame(
  canvas: HTMLCanvasElement,
): { ctx: CanvasRenderingContext2D; size: Size } | null {
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  const ctx = canvas.getContext('2d');
  if (!ctx || size.width === 0) return null;
  const ratio = devicePixelRatio || 1;
  const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, size.width, size.height);
  return { ctx, size };
}
